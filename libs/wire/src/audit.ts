import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AuditCommand } from '@tradewind/audit';
import type { eventMap } from '@tradewind/contracts';

import { ContractError } from './contract-error.js';
import type { FactCodec } from './fact-codec.js';
import { readNanos, readText } from './scalars.js';

const writeCommand = (fact: AuditCommand): NonNullable<MessageInitShape<(typeof eventMap)['audit.commands']>['command']> =>
  fact.type === 'AcknowledgeAlert' ? { case: 'acknowledgeAlert', value: { key: fact.key } } : { case: 'testAlerts', value: {} };

export const auditCommandCodec: FactCodec<AuditCommand, 'audit.commands'> = {
  write: (fact) => ({ id: fact.id, actor: fact.actor, reason: fact.reason, atNs: fact.at, command: writeCommand(fact) }),
  read: (message) => {
    const shared = {
      id: readText(message.id, 'id'),
      actor: readText(message.actor, 'actor'),
      reason: readText(message.reason, 'reason'),
      at: readNanos(message.atNs, 'at_ns'),
    };
    const { command } = message;
    if (command.case === undefined) throw new ContractError('FIELD_INVALID', 'command', 'must be set to a command this build knows');
    if (command.case === 'testAlerts') return { ...shared, type: 'TestAlerts' };
    return { ...shared, type: 'AcknowledgeAlert', key: readText(command.value.key, 'acknowledge_alert.key') };
  },
};
