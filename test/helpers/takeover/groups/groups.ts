import { emptyState } from '../../../../src/domain/state.ts';
import {
  HALF_AND_HALF,
  MADE_BY_CLI,
  NO_APPS,
  ON_A_PROFILE,
  OTHERS_APP,
  OWN_PROFILES,
  SCALED_TO_ZERO,
  STOPPED_READER,
} from './apps.ts';
import { GROWN_IN_FILE, GROWN_SERVER, LOCKED_SERVER, MANAGED_CACHE, NO_CACHE, PRIVATE_SERVER } from './databases.ts';
import { BESIDE_DEV, ELSEWHERE, ODD_IDS, PEOPLES_TAGS } from './naming.ts';
import { changed, REGISTRY, SERVER, type Variation, withState } from './vary.ts';
import { OTHER_CASE, OTHERS_GRANTED, OTHERS_IDENTITY, RBAC_VAULT, SHARED_VAULT } from './vaults.ts';

interface GroupCase {
  readonly title: string;
  readonly variations: readonly Variation[];
}

export interface TakenOver extends GroupCase {
  /** What drift tells afterwards of what is not ours: each line by one of these, and nothing else. */
  readonly drift: readonly RegExp[];
  /** Whose lower-case id has one of these in it stays exactly as it was. */
  readonly foreign: readonly string[];
  /** End of a lower-case id → paths of its body that stay as they were, in what is ours from then on. */
  readonly stays?: Readonly<Record<string, readonly string[]>>;
}

export interface Refused extends GroupCase {
  /** What plan and deployment say, before anything is written. */
  readonly says: RegExp;
  readonly exitCode: number;
}

export const TAKEN_OVER: readonly TakenOver[] = [
  {
    title: 'other names in another region, ids in another case, tags of people, no state',
    variations: [ELSEWHERE, PEOPLES_TAGS, ODD_IDS, withState(null)],
    drift: [],
    foreign: [],
    stays: { '/flexibleservers/acmenotes-postgres': ['tags.CostCenter', 'tags.owner'] },
  },
  {
    title:
      'apps of az containerapp: two revisions that share, a stopped one with a secret, one at zero, profiles, others beside',
    variations: [MADE_BY_CLI, HALF_AND_HALF, STOPPED_READER, SCALED_TO_ZERO, OWN_PROFILES, ON_A_PROFILE, OTHERS_APP],
    drift: [/^registry properties\.adminUserEnabled: false → true/, /^app:draft_service .*secrets\[old-key\]/],
    foreign: ['/containerapps/status-page'],
    stays: {
      '/containerapps/api-gateway': ['properties.configuration.ingress.customDomains'],
      '/containerapps/rag-service': ['properties.workloadProfileName'],
      '/managedenvironments/draftgenie-env': ['properties.workloadProfiles', 'properties.appLogsConfiguration'],
    },
  },
  {
    title: 'a vault that others read by policies and by roles, with secrets in another case and of others',
    variations: [OTHERS_IDENTITY, SHARED_VAULT, OTHERS_GRANTED, OTHER_CASE],
    drift: [/^app:rag_service .*(?:secrets\[gemini\]|notes-reader)/],
    foreign: ['notes-reader', '5d0f0a3e-7c1b-4c5e-8a56-1f1c6a0c9b11'],
  },
  {
    title: 'a vault that goes by roles, a Standard registry, a server that has grown',
    variations: [RBAC_VAULT, changed(REGISTRY, { sku: { name: 'Standard' } }), GROWN_SERVER, GROWN_IN_FILE],
    drift: [
      /^postgresql configurations\[max_connections\]/,
      /^postgresql databases\[reporting\]/,
      /^postgresql firewallRules\[(?:office|AllowAllAzureServices\S*)\]/,
    ],
    foreign: [
      '/firewallrules/office',
      'firewallrules/allowallazure',
      '/databases/reporting',
      '/configurations/max_connections',
    ],
    stays: {
      '/flexibleservers/draftgenie-postgres': [
        'sku',
        'properties.version',
        'properties.storage.storageSizeGB',
        'properties.backup.backupRetentionDays',
        'properties.backup.geoRedundantBackup',
        'properties.highAvailability.mode',
        'properties.maintenanceWindow',
      ],
    },
  },
  {
    title: 'a server in a network of its own, a managed cache',
    variations: [PRIVATE_SERVER, MANAGED_CACHE],
    drift: [],
    foreign: [],
    stays: {
      '/flexibleservers/draftgenie-postgres': ['properties.network'],
      '/redisenterprise/draftgenie-redis': ['properties.highAvailability'],
    },
  },
  {
    title: 'a run of the script that ended before the apps, without a cache',
    variations: [NO_APPS, NO_CACHE],
    drift: [],
    foreign: [],
  },
  { title: 'two deployments in one group', variations: [BESIDE_DEV], drift: [], foreign: ['dgdev', '/dev-'] },
];

const USAGE = 64;

export const REFUSED: readonly Refused[] = [
  {
    title: 'a vault that others read by policies only',
    variations: [OTHERS_IDENTITY, SHARED_VAULT],
    says: /11111111-2222-4333-8444-555555555555 lives by access policies; grant/,
    exitCode: 1,
  },
  {
    title: 'a server that has grown, and a file that does not say so',
    variations: [GROWN_SERVER],
    says: /highly available \(ZoneRedundant\), which Burstable servers are not/,
    exitCode: 1,
  },
  {
    title: 'a server that is locked',
    variations: [LOCKED_SERVER],
    says: /the lock do-not-touch on draftgenie-postgres forbids changes/,
    exitCode: 1,
  },
  {
    title: 'a server of another environment',
    variations: [changed(SERVER, { tags: { 'managed-by': 'draftgenie-deploy', 'draftgenie-environment': 'staging' } })],
    says: /is of the environment staging/,
    exitCode: 1,
  },
  {
    title: 'a state that was cut off',
    variations: [withState('{"version": "1.0", "steps": {')],
    says: /state_corrupt/,
    exitCode: 1,
  },
  { title: 'an empty state', variations: [withState('')], says: /state_corrupt/, exitCode: 1 },
  {
    title: 'a state of another environment',
    variations: [withState(JSON.stringify(emptyState('staging')))],
    says: /state_foreign/,
    exitCode: USAGE,
  },
];
