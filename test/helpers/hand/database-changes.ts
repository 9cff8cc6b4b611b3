import { type HandChange, POSTGRES, properties, REDIS, SERVER } from './hand-change.ts';

const rule = (startIpAddress: string, endIpAddress: string) => properties({ startIpAddress, endIpAddress });

/** The database server with its children, and the cache. */
export const DATABASE_CHANGES: readonly HandChange[] = [
  {
    what: 'backups are kept for 35 days',
    isOurs: false,
    request: (hand) => hand.patch(SERVER, POSTGRES, properties({ backup: { backupRetentionDays: 35 } })),
    expected: [{ key: 'postgresql', path: 'properties.backup.backupRetentionDays', says: /7 → 35/ }],
  },
  {
    what: 'the server is zone-redundant',
    isOurs: false,
    request: (hand) => hand.patch(SERVER, POSTGRES, properties({ highAvailability: { mode: 'ZoneRedundant' } })),
    expected: [{ key: 'postgresql', path: 'properties.highAvailability.mode', says: /Disabled → ZoneRedundant/ }],
  },
  {
    what: 'the server has a maintenance window',
    isOurs: false,
    request: (hand) =>
      hand.patch(
        SERVER,
        POSTGRES,
        properties({ maintenanceWindow: { customWindow: 'Enabled', dayOfWeek: 6, startHour: 3, startMinute: 0 } }),
      ),
    // A field that no deployment ever names is nobody's business but its owner's.
    expected: [],
  },
  {
    what: 'the server has a larger size',
    isOurs: true,
    request: (hand) => hand.patch(SERVER, POSTGRES, { sku: { name: 'Standard_D4s_v3', tier: 'GeneralPurpose' } }),
    expected: [{ key: 'postgresql', path: 'sku.name', says: /Standard_D2s_v3 → Standard_D4s_v3/ }],
  },
  {
    what: 'Azure let the storage grow by itself',
    isOurs: false,
    request: (hand) => hand.patch(SERVER, POSTGRES, properties({ storage: { storageSizeGB: 256 } })),
    expected: [],
  },
  {
    what: 'our firewall rule is open to every address',
    isOurs: true,
    request: (hand) =>
      hand.put(`${SERVER}/firewallRules/allow-azure-services`, POSTGRES, rule('0.0.0.0', '255.255.255.255')),
    expected: [
      { key: 'postgresql:firewall', path: 'properties.endIpAddress', says: /0\.0\.0\.0 → 255\.255\.255\.255/ },
    ],
  },
  {
    what: 'a firewall rule open to every address stands beside ours',
    isOurs: true,
    request: (hand) => hand.put(`${SERVER}/firewallRules/everybody`, POSTGRES, rule('0.0.0.0', '255.255.255.255')),
    expected: [{ key: '', path: 'everybody', says: /0\.0\.0\.0.*255\.255\.255\.255/ }],
  },
  {
    what: 'the database is deleted',
    isOurs: true,
    request: (hand) => hand.remove(`${SERVER}/databases/draftgenie`, POSTGRES),
    expected: [{ key: 'postgresql:database', path: '', says: /present → absent/ }],
  },
  {
    what: 'the cache evicts nothing',
    isOurs: false,
    request: (hand) =>
      hand.patch(`${REDIS}/databases/default`, '2025-07-01', properties({ evictionPolicy: 'NoEviction' })),
    expected: [{ key: 'redis:database', path: 'properties.evictionPolicy', says: /.* → NoEviction/ }],
  },
  {
    what: 'a tag of the cache has another value',
    isOurs: true,
    request: (hand) => hand.patch(REDIS, '2025-07-01', { tags: { Project: 'other' } }),
    expected: [{ key: 'redis', path: 'tags.Project' }],
  },
];
