-- Views for people and reports over the events; the language of Prisma's schema has none. Amounts are stored as counts of 10^-9.
CREATE VIEW "fill" AS
SELECT
  e.position,
  split_part(e.id, '/oe/', 1) AS run,
  e.aggregate AS account,
  e.step,
  to_timestamp(e.at / 1000000000.0) AT TIME ZONE 'UTC' AS at_utc,
  e.payload ->> 'fillId' AS fill_id,
  e.payload ->> 'clientOrderId' AS client_order_id,
  e.payload ->> 'symbol' AS symbol,
  e.payload ->> 'side' AS side,
  (e.payload #>> '{quantity,$n}')::numeric / 1000000000 AS quantity,
  (e.payload #>> '{price,$n}')::numeric / 1000000000 AS price,
  (e.payload #>> '{commission,$n}')::numeric / 1000000000 AS commission,
  (e.payload #>> '{slippage,$n}')::numeric / 1000000000 AS slippage
FROM "event" e
WHERE e.type = 'OrderFilled';

CREATE VIEW "order_status" AS
WITH order_event AS (
  SELECT split_part(e.id, '/oe/', 1) AS run, e.payload ->> 'clientOrderId' AS client_order_id, e.*
  FROM "event" e
  WHERE e.type LIKE 'Order%'
), latest AS (
  SELECT DISTINCT ON (run, client_order_id) run, client_order_id, type, payload, at
  FROM order_event
  ORDER BY run, client_order_id, position DESC
)
SELECT
  i.run,
  i.aggregate AS account,
  i.client_order_id,
  i.payload ->> 'symbol' AS symbol,
  i.payload #>> '{intent,side}' AS side,
  i.payload #>> '{intent,type}' AS type,
  i.payload #>> '{intent,purpose}' AS purpose,
  i.payload #>> '{intent,verdictId}' AS verdict_id,
  (i.payload #>> '{intent,quantity,$n}')::numeric / 1000000000 AS quantity,
  to_timestamp(i.at / 1000000000.0) AT TIME ZONE 'UTC' AS initialized_at_utc,
  latest.type AS last_event,
  coalesce(latest.payload ->> 'code', latest.payload ->> 'reason', '') AS last_reason,
  to_timestamp(latest.at / 1000000000.0) AT TIME ZONE 'UTC' AS last_at_utc
FROM order_event i
JOIN latest USING (run, client_order_id)
WHERE i.type = 'OrderInitialized';
