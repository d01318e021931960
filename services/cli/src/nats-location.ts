import { findNatsServer, LaunchError } from '@tradewind/local';

/** The nats-server that a start would use, without bringing one; undefined when none is here. Throws LaunchError on a broken NATS_SERVER_BIN. */
export const locateNatsServer = async (
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly path: string; readonly version: string } | undefined> => {
  try {
    return await findNatsServer({ environment, bring: [] });
  } catch (error) {
    if (error instanceof LaunchError && error.code === 'NATS_MISSING') return undefined;
    throw error;
  }
};
