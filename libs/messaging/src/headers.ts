import { headers as emptyHeaders, type MsgHdrs } from '@nats-io/nats-core';

export const toMessageHeaders = (record: Readonly<Record<string, string>>): MsgHdrs => {
  const target = emptyHeaders();
  for (const name in record) target.set(name, record[name] as string);
  return target;
};

/** First value of each header. */
export const toHeaderRecord = (source: MsgHdrs | undefined): Readonly<Record<string, string>> => {
  const record: Record<string, string> = {};
  if (source !== undefined) {
    for (const [name, values] of source) record[name] = values[0] ?? '';
  }
  return record;
};
