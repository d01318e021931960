import { SessionProcess } from '../dist/session-process.js';
import { endlessModel } from './onnx-models.js';

/** Starts an endless run in a model process, tells its id and waits to be killed. */
const session = new SessionProcess(process.argv[2]!);
await session.load(endlessModel(), 10_000);
session.run(Float32Array.of(0), 1, 3_600_000).catch(() => undefined);
process.stdout.write(String(session.pid));
