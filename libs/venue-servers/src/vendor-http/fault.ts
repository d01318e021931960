/** How the next answers over HTTP go wrong. */
export type VendorFault =
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'internal-error' }
  | { readonly kind: 'unavailable' }
  /** Half of the JSON text, with the length of the half. */
  | { readonly kind: 'malformed' }
  /** Every number of a price has another name. */
  | { readonly kind: 'wrong-columns' }
  /** The whole length is announced and the connection ends in order before it. */
  | { readonly kind: 'truncated' }
  /** The connection is reset in the middle of the body. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'hanging' }
  /** The key is refused, as the vendor words it. */
  | { readonly kind: 'refused-key' }
  /** The vendor's own way to say that a key's calls are too fast or used up; with status 200 where it does so. */
  | { readonly kind: 'too-fast' }
  | { readonly kind: 'used-up' };
