import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TcpProxy } from '../src/index.js';

describe('TcpProxy', () => {
  let server: Server;
  let proxy: TcpProxy;
  let received = '';
  beforeEach(async () => {
    received = '';
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        received += chunk.toString();
        socket.write(chunk);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await TcpProxy.start((server.address() as AddressInfo).port);
  });
  afterEach(async () => {
    await proxy.close();
    server.close();
  });
  const open = async (): Promise<{ socket: Socket; text: () => string }> => {
    let text = '';
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return { socket, text: () => text };
  };
  const until = async (isTrue: () => boolean): Promise<void> => {
    for (let tries = 0; !isTrue(); tries += 1) {
      if (tries > 400) throw new Error('never');
      await pause(5);
    }
  };

  it('passes bytes both ways', async () => {
    const { socket, text } = await open();
    socket.write('hello');
    await until(() => text() === 'hello');
    socket.destroy();
  });
  it('keeps the order of bytes that it delays', async () => {
    const { socket, text } = await open();
    proxy.delay(30);
    socket.write('a');
    await pause(5);
    proxy.delay(1);
    socket.write('b');
    await pause(5);
    proxy.delay(0);
    socket.write('c');
    await until(() => text().length === 3);
    expect(text()).toBe('abc');
    socket.destroy();
  });
  it('holds everything back while it is frozen, and lets it pass when it is healed', async () => {
    const { socket, text } = await open();
    proxy.freeze();
    socket.write('x');
    await pause(40);
    expect(received).toBe('');
    proxy.heal();
    await until(() => text() === 'x');
    socket.destroy();
  });
  it('breaks connections and refuses new ones until it is healed', async () => {
    const { socket } = await open();
    const closed = once(socket, 'close');
    proxy.cut();
    await closed;
    const refused = connect(proxy.port, '127.0.0.1');
    refused.on('error', () => undefined);
    await once(refused, 'close');
    proxy.heal();
    const again = await open();
    again.socket.write('y');
    await until(() => again.text() === 'y');
    again.socket.destroy();
  });
  it('loses the chunk that is asked for, and its connection', async () => {
    const { socket } = await open();
    proxy.inspect((chunk) => !chunk.includes('lose'));
    const closed = once(socket, 'close');
    socket.write('lose me');
    await closed;
    expect(received).toBe('');
  });
});
