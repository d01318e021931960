import { PermanentError } from '@tradewind/messaging';
import { AccountingError } from '@tradewind/portfolio';

/** What a person wants booked and can't be is not tried again: it goes to the dead letters with its reason. */
export const orNever = <T>(book: () => T): T => {
  try {
    return book();
  } catch (error) {
    if (error instanceof AccountingError) throw new PermanentError(error.message, error.code, { cause: error });
    throw error;
  }
};
