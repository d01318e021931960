const MASK = '***';
const SECRET_LENGTH_MIN = 4;

/** The text with every secret masked, plain and as it is spelled in a URL. Secrets shorter than four characters hide nothing and are left. */
export const redact = (text: string, secrets: readonly string[]): string => {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < SECRET_LENGTH_MIN) continue;
    clean = clean.replaceAll(secret, MASK).replaceAll(encodeURIComponent(secret), MASK);
  }
  return clean;
};
