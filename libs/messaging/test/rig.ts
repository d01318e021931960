import 'reflect-metadata';

import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { EventName } from '@tradewind/contracts';
import { startTestNats, type TestNats, TcpProxy } from '@tradewind/testkit';
import { Registry } from 'prom-client';

import {
  type Bus,
  type Classify,
  type Codec,
  connectBus,
  ensureTopology,
  JetStreamStrategy,
  type JetStreamStrategyOptions,
  type Log,
  type MessageContext,
  rethrowOriginalFilter,
  topology,
  type Topology,
} from '../src/index.js';

export interface Fact {
  readonly step: number;
  readonly partition: number;
  readonly text?: string;
}

/** JSON stands in for protobuf: this package never looks into a payload. */
export const jsonCodec: Codec = {
  encode: (_name, fact) => new TextEncoder().encode(JSON.stringify(fact)),
  decode: (_name, bytes) => JSON.parse(new TextDecoder().decode(bytes)) as unknown,
};

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: object;
}

export const recordingLog = (lines: LogLine[]): Log => {
  const at =
    (level: string) =>
    (fields: object, message: string): void => {
      lines.push({ level, message, fields });
      if (process.env['TW_TEST_LOG'] !== undefined) process.stderr.write(`${level} ${message} ${JSON.stringify(fields)}\n`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

type Handle = (fact: Fact, context: MessageContext) => Promise<void> | void;
export type Handlers = Partial<Record<EventName, Handle>>;

/** The features service takes its bars through one consumer with these: whoever plays it subscribes to them as well. */
export const besideBars = ['market.records', 'market.ticks'] as const;
const withBesideBars = (handlers: Handlers): Handlers =>
  handlers['market.bars'] === undefined
    ? handlers
    : { ...Object.fromEntries(besideBars.map((event) => [event, () => undefined])), ...handlers };

/** A NestJS module with one controller whose methods are the given handlers. */
export const moduleOf = (handlers: Handlers): new () => object => {
  class TestController {}
  for (const [event, handle] of Object.entries(handlers)) {
    const method = `on ${event}`;
    Object.defineProperty(TestController.prototype, method, { value: handle, writable: true, configurable: true });
    Payload()(TestController.prototype, method, 0);
    Ctx()(TestController.prototype, method, 1);
    EventPattern(event)(
      TestController.prototype,
      method,
      Object.getOwnPropertyDescriptor(TestController.prototype, method) as PropertyDescriptor,
    );
  }
  Controller()(TestController);
  class TestModule {}
  Module({ controllers: [TestController] })(TestModule);
  return TestModule;
};

/** The platform's own, with fewer deliveries before the server gives up, so that a test of it takes seconds. */
export const smallTopology: Topology = {
  ...topology,
  limits: { ...topology.limits, keyed: { ...topology.limits.keyed, deliveriesMax: 2, ackWaitMs: 1_000 } },
};

/** A service process of its own; resolves when it has printed the line. */
export interface Child {
  readonly process: ChildProcess;
  said(line: string): Promise<void>;
  readonly exited: Promise<void>;
}

const spawnProgram = (file: string, ...args: string[]): ChildProcessByStdio<null, Readable, null> => {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const imports = new URL('../../../scripts/typescript-imports.mjs', import.meta.url).href;
  const flags = ['--disable-warning=ExperimentalWarning', '--experimental-transform-types', '--conditions=source', '--import', imports];
  return spawn(process.execPath, [...flags, program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
};

/** What a program of this folder prints until it ends. */
export const outputOf = async (file: string, ...args: string[]): Promise<string> => {
  const child = spawnProgram(file, ...args);
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  return output;
};

export const startHangingService = (servers: string, mode: 'hang' | 'die'): Child => {
  const child = spawnProgram('hanging-service.ts', servers, mode);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return {
    process: child,
    said: (line) => eventually(`the child says '${line}'`, () => output.includes(line)),
    exited: new Promise((resolve) => child.once('exit', () => resolve())),
  };
};

export const retryAlways: Classify = () => 'retry';

export interface Rig extends AsyncDisposable {
  readonly nats: TestNats;
  readonly bus: Bus;
  readonly lines: LogLine[];
  readonly registry: Registry;
  /** One more connection of its own, closed with the rig. */
  connect(name: string, servers?: string): Promise<Bus>;
  /** A proxy before the server, gone with the rig. */
  startProxy(): Promise<TcpProxy>;
  serve(handlers: Handlers, options?: Partial<JetStreamStrategyOptions>): Promise<INestMicroservice>;
  publishStep(event: EventName, step: number, partition?: number, text?: string): Promise<void>;
}

export interface RigOptions {
  readonly partitions?: number;
  readonly declared?: Topology;
}

export const startRig = async ({ partitions = 1, declared = topology }: RigOptions = {}): Promise<Rig> => {
  const nats = await startTestNats();
  const lines: LogLine[] = [];
  const registry = new Registry();
  const closers: (() => Promise<void>)[] = [];
  const connect = async (name: string, servers = nats.url): Promise<Bus> => {
    const bus = await connectBus({ servers, name, codec: jsonCodec, registry, log: recordingLog(lines) });
    closers.push(() => bus.close());
    return bus;
  };
  const bus = await connect('test');
  await ensureTopology(bus, partitions, declared);
  return {
    nats,
    bus,
    lines,
    registry,
    connect,
    startProxy: async () => {
      const proxy = await TcpProxy.start(nats.port);
      closers.push(() => proxy.close());
      return proxy;
    },
    serve: async (served, options = {}) => {
      const handlers = (options.service ?? 'features') === 'features' ? withBesideBars(served) : served;
      const strategy = new JetStreamStrategy({
        bus,
        service: 'features',
        partitions,
        subscriptions: Object.keys(handlers) as EventName[],
        classify: retryAlways,
        topology: declared,
        ...options,
      });
      const app = await NestFactory.createMicroservice(moduleOf(handlers), { strategy, logger: false });
      app.useGlobalFilters(rethrowOriginalFilter);
      await app.listen();
      closers.unshift(() => app.close());
      return app;
    },
    publishStep: async (event, step, partition = 0, text) => {
      const fact: Fact = { step, partition, ...(text === undefined ? {} : { text }) };
      await bus.publish(bus.envelope(event, fact, { id: `${event}/r/${step}/${partition}`, partition, key: 'step' }));
    },
    [Symbol.asyncDispose]: async () => {
      for (const close of closers.splice(0)) await close();
      await nats.dispose();
    },
  };
};

/** Waits until the condition holds; fails with the description after `timeoutMs`. */
export const eventually = async (description: string, condition: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${description}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
