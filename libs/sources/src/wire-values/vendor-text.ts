/** Control, format (bidirectional overrides, zero-width) and private-use characters, lone surrogates, and everything else that is no text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\u2028\u2029]+/gu;

/**
 * Text from outside is data of a bounded length: what cannot be printed becomes a space, runs of white space become one, and the rest is cut
 * at `lengthMax` UTF-16 units without splitting a character.
 */
export const vendorText = (text: string, lengthMax: number): string => {
  // A hostile body must not cost more than the part that is kept.
  const clean = text
    .slice(0, lengthMax * 4)
    .replace(UNPRINTABLE, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, lengthMax);
  const last = clean.charCodeAt(clean.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? clean.slice(0, -1) : clean;
};
