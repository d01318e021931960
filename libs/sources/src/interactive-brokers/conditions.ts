const UNREPORTED = 2;

/** Sale conditions are separated by blanks; what wasn't reported to the tape says so. */
export const conditionsOf = (text: string, attributes: number): readonly string[] => [
  ...text.split(' ').filter((condition) => condition !== ''),
  ...((attributes & UNREPORTED) === 0 ? [] : ['UNREPORTED']),
];
