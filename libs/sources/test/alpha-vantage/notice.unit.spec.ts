import { describe, expect, it } from 'vitest';

import { noticeOf } from '../../src/alpha-vantage/notice.js';

describe('a notice in a body with status 200', () => {
  it.each([
    ['Note', 'Our standard API call frequency is 5 calls per minute and 500 calls per day.', 'TOO_FAST'],
    ['Information', 'Please consider spreading out your free API requests more sparingly (1 request per second).', 'TOO_FAST'],
    ['Information', 'We have detected your API key as ABC123 and our standard API rate limit is 25 requests per day.', 'DAY_USED_UP'],
    [
      'Information',
      'Thank you for using Alpha Vantage! This is a premium endpoint. You may subscribe to any of the premium plans.',
      'PREMIUM_ONLY',
    ],
    ['Error Message', 'the parameter apikey is invalid or missing. Please claim your free API key.', 'INVALID_KEY'],
    ['Error Message', 'Invalid API call. Please retry or visit the documentation for TIME_SERIES_DAILY.', 'INVALID_CALL'],
    ['Information', 'The service is being moved.', 'UNKNOWN'],
  ])('takes %s "%s" for %s', (field, text, notice) => {
    expect(noticeOf({ [field]: text })).toBe(notice);
  });
  it('sees none in data, even where a text of the data repeats such words', () => {
    expect(noticeOf({ 'Meta Data': { Note: 'per day' }, 'Time Series (Daily)': {} })).toBeUndefined();
    expect(noticeOf([{ Note: 'per day' }])).toBeUndefined();
    expect(noticeOf({ Note: 5 })).toBeUndefined();
  });
});
