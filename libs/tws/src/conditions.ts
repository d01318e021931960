const UNREPORTED = 2;

/**
 * Sale conditions one by one: the tapes' codes are of one letter each, which TWS writes with blanks between them or without. `@` and a blank mean a
 * regular sale. What wasn't reported to the tape says so.
 */
export const conditionsOf = (text: string, attributes: number): readonly string[] => [
  ...Array.from(text).filter((code) => code !== ' ' && code !== '@'),
  ...((attributes & UNREPORTED) === 0 ? [] : ['UNREPORTED']),
];
