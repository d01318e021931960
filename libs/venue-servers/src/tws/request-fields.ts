/** A request that can't be served: what TWS answers with. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

const INTEGER = /^-?\d{1,15}$/;

/** Reads the fields of a request in order. Throws RequestRefused (320) where a field is missing or is not what it must be. */
export class RequestFields {
  #next = 0;

  constructor(readonly fields: readonly string[]) {}

  text(name: string): string {
    const field = this.fields[this.#next];
    if (field === undefined) throw new RequestRefused(320, `Error reading request. Unable to read field ${name}: the message ended.`);
    this.#next += 1;
    return field;
  }

  /** An empty field reads as 0, as TWS does. */
  integer(name: string): number {
    const field = this.text(name);
    if (field === '') return 0;
    if (!INTEGER.test(field))
      throw new RequestRefused(320, `Error reading request. Unable to parse data. For input string: "${field}" in field ${name}`);
    return Number(field);
  }

  flag(name: string): boolean {
    const field = this.text(name);
    return field !== '' && field !== '0' && field !== 'false';
  }
}
