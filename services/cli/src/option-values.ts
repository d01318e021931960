import { InvalidArgumentError } from 'commander';

/** Parsers of option values; commander turns their errors into usage errors. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`a whole number from ${least} to ${most} is needed`);
    return value;
  };

export const dateText = (text: string): string => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))) throw new InvalidArgumentError('a date YYYY-MM-DD is needed');
  return text;
};
