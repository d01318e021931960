import { LiveSocket, type LinkFault, type SocketConversation, type SocketMessage } from '@tradewind/connectors';

import { BrokerError, type BrokerEnvironment, type BrokerErrorCode } from '../broker.js';
import { pause } from '../transport/pause.js';
import { decodeUpdate, fields, NAME, parsed, type TradeUpdate } from './decode.js';
import { addressOf, type AlpacaBrokerSettings } from './settings.js';

const MESSAGE_BYTES_MAX = 4 * 2 ** 20;
const STREAM = 'trade_updates';

const CODES: Readonly<Record<LinkFault, BrokerErrorCode>> = {
  UNREACHABLE: 'UNREACHABLE',
  UNAUTHORISED: 'UNAUTHORISED',
  BAD_RESPONSE: 'BAD_RESPONSE',
  CLOSED: 'CLOSED',
};

export interface TradeStreamSink {
  update(update: TradeUpdate, raw: string): void;
  up(): void;
  down(error: BrokerError): void;
  /** An attempt to come back failed. */
  stillDown(error: BrokerError): void;
  fault(error: BrokerError, raw: string): void;
}

/** The venue sends JSON in binary frames from the paper account and in text frames elsewhere. */
const textOf = (message: SocketMessage): string => (typeof message === 'string' ? message : message.toString('utf8'));

const frameOf = (
  text: string,
): { readonly stream: unknown; readonly action: unknown; readonly data: Readonly<Record<string, unknown>> } => {
  const frame = fields.object(parsed(text, 'message'), 'message');
  return { stream: frame['stream'], action: frame['action'], data: fields.object(frame['data'] ?? {}, 'data') };
};

const streamError = (data: Readonly<Record<string, unknown>>): BrokerError =>
  new BrokerError('UNREACHABLE', `${NAME}: the stream says: ${String(data['error_message']).slice(0, 200)}`);

const expectFrame = async (conversation: SocketConversation, stream: string): Promise<Readonly<Record<string, unknown>>> => {
  const { stream: told, action, data } = frameOf(textOf(await conversation.next()));
  if (action === 'error') throw streamError(data);
  if (told === 'authorization' && data['status'] !== 'authorized') {
    throw new BrokerError('UNAUTHORISED', `${NAME}: the stream does not know the key`);
  }
  return told === stream ? data : fields.fail('stream', `'${stream}' during the handshake`, told);
};

/** The stream of what happens to the account's orders, kept up until it is closed. Resolves when it is subscribed for the first time. */
export const openTradeStream = (
  settings: AlpacaBrokerSettings,
  environment: BrokerEnvironment,
  sink: TradeStreamSink,
): Promise<LiveSocket<BrokerError>> => {
  const receive = (text: string): void => {
    try {
      const { stream, action, data } = frameOf(text);
      if (action === 'error') throw streamError(data);
      if (stream === STREAM) sink.update(decodeUpdate(data), text);
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      sink.fault(error, text.slice(0, 2000));
    }
  };
  return LiveSocket.open<BrokerError>(
    {
      name: NAME,
      url: addressOf(settings).stream,
      handshakeMs: settings.handshakeMs,
      pingMs: settings.pingMs,
      silenceMs: settings.silenceMs,
      backoff: { baseMs: settings.backoffBaseMs, maxMs: settings.backoffMaxMs },
      messageBytesMax: MESSAGE_BYTES_MAX,
      secrets: [settings.keyId, settings.secret],
      failure: (fault, message, cause) => new BrokerError(CODES[fault], `${NAME}: ${message}`, {}, { cause }),
      isFailure: (error) => error instanceof BrokerError,
      handshake: async (conversation) => {
        conversation.send(JSON.stringify({ action: 'auth', key: settings.keyId, secret: settings.secret }));
        await expectFrame(conversation, 'authorization');
        conversation.send(JSON.stringify({ action: 'listen', data: { streams: [STREAM] } }));
        const { streams } = await expectFrame(conversation, 'listening');
        if (!Array.isArray(streams) || !streams.includes(STREAM)) fields.fail('data.streams', `a list with '${STREAM}'`, streams);
      },
      message: (message) => receive(textOf(message)),
      attemptFailed: (error) => sink.stillDown(error),
      status: (status) => (status.kind === 'UP' ? sink.up() : sink.down(status.error)),
    },
    { log: environment.log, pause },
  );
};
