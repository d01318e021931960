/** What is on its way to the venue. */
export type RequestKind = 'INSERT' | 'UPDATE' | 'CANCEL';

export interface LatencyModel {
  /** Nanoseconds until the request works at the venue; zero or more. `draw` is uniform in [0, 1) and belongs to this request alone. */
  delay(request: RequestKind, draw: number): bigint;
}
