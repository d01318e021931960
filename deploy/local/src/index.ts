export { cacheDirectory } from './cache-directory.js';
export { freePort, isPortFree } from './free-port.js';
export { LaunchError } from './launch-error.js';
export { type Bringer, type FindNatsOptions, findNatsServer, type NatsBinary } from './nats-binary.js';
export { type NatsOptions, type ServerHandle, startNats } from './nats-server.js';
export { type PostgresHandle, type PostgresOptions, startPostgres } from './postgres-server.js';
