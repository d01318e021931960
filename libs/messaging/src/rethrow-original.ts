import type { RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/** Nest hides a handler's error behind "Internal server error"; with this global filter the strategy sees the original. */
export const rethrowOriginalFilter: RpcExceptionFilter = {
  catch: (error: unknown): Observable<never> => throwError(() => error),
};
