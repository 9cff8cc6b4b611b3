import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { isRestricted, POSTGRES_VERSIONS, postgresSkus } from './offers.ts';

/** https://docs.microsoft.com/azure/postgresql/quickstart-create-server-database-portal, quoted in https://github.com/hashicorp/terraform-provider-azurerm/issues/10726. */
const RESERVED_LOGINS = ['azure_superuser', 'azure_pg_admin', 'admin', 'administrator', 'root', 'guest', 'public'];
/**
 * Every server has them: https://github.com/pulumi/pulumi-azure-native/issues/2063 and
 * https://www.postgresql.org/docs/current/manage-ag-templatedbs.html.
 */
const SYSTEM_DATABASES = ['azure_maintenance', 'azure_sys', 'postgres', 'template0', 'template1'];
/** Premium SSD; `storage_mb` in https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/postgresql_flexible_server. */
const SIZES_IN_GIB = [32, 64, 128, 256, 512, 1024, 2048, 4095, 4096, 8192, 16_384, 32_767];

/**
 * Why Azure refuses this PUT or PATCH of a flexible server.
 *
 * @param sent what was sent
 * @param body what the server would be
 * @param before the body until now; undefined for a new server
 */
export function serverProblem(sent: JsonObject, body: JsonObject, before: JsonObject | undefined): Refusal | undefined {
  return (
    offerProblem(sent, before) ??
    credentialsProblem(sent, body, before) ??
    (before && unchangeableProblem(sent, before)) ??
    backupProblem(sent) ??
    storageProblem(sent, body, before) ??
    availabilityProblem(body)
  );
}

/** The words Azure has for a wrong database: https://github.com/Azure/azure-cli/issues/28337. */
export function databaseProblem(name: string): Refusal | undefined {
  return SYSTEM_DATABASES.includes(name.toLowerCase()) ? invalidValue('databaseName') : undefined;
}

/**
 * A server without public access has no firewall. The service means to refuse its rules
 * (https://github.com/Azure/azure-rest-api-specs/issues/20616); the words are those with which `az` does.
 */
export function firewallProblem(server: JsonObject | undefined): Refusal | undefined {
  if (!server || jsonAt(server, 'properties.network.publicNetworkAccess') !== 'Disabled') return undefined;
  return refuse(
    400,
    'OperationNotAllowed',
    'Firewall rule operations are not supported for a server without public access enabled.',
  );
}

export function invalidValue(parameter: string): Refusal {
  return refuse(
    400,
    'InvalidParameterValue',
    `Invalid value given for parameter ${parameter}. Specify a valid parameter value.`,
  );
}

function offerProblem(sent: JsonObject, before: JsonObject | undefined): Refusal | undefined {
  const location = String(sent.location ?? before?.location ?? '');
  if (isRestricted(location)) {
    return refuse(
      400,
      'LocationIsOfferRestricted',
      `Subscriptions are restricted from provisioning in location '${location}'. Try again in a different location.`,
    );
  }
  const sku = isJsonObject(sent.sku) ? sent.sku : undefined;
  const offered = postgresSkus().find(({ name }) => name === sku?.name);
  if (sku && (!offered || offered.tier !== sku.tier)) {
    return refuse(
      400,
      'InvalidParameterValue',
      `The SKU '${String(sku.name)}' of tier '${String(sku.tier)}' is not available.`,
    );
  }
  const version = jsonAt(sent, 'properties.version');
  return !before && version !== undefined && !POSTGRES_VERSIONS.includes(String(version))
    ? invalidValue('version')
    : undefined;
}

/**
 * Login and password: needed where passwords are used (https://github.com/Azure/azure-cli/issues/29346), no reserved login,
 * and a password of 8 to 128 characters, of three of four kinds, without three characters in a row of the login
 * (https://github.com/Azure/reliable-web-app-pattern-java/issues/98).
 */
function credentialsProblem(sent: JsonObject, body: JsonObject, before: JsonObject | undefined): Refusal | undefined {
  const password = jsonAt(sent, 'properties.administratorLoginPassword');
  const login =
    jsonAt(sent, 'properties.administratorLogin') ?? (before && jsonAt(before, 'properties.administratorLogin'));
  const usesPasswords = jsonAt(body, 'properties.authConfig.passwordAuth') !== 'Disabled';
  if (!before && usesPasswords && (typeof login !== 'string' || typeof password !== 'string')) {
    return refuse(
      400,
      'EngineCredentialsNotProvided',
      'The admin credentials are required for creating admin role while enabling Password Authentication and must be provided.',
    );
  }
  if (!before && typeof login === 'string' && !isLogin(login)) return invalidValue('administratorLogin');
  const isWeak = typeof password === 'string' && !isStrong(password, String(login ?? ''));
  return isWeak ? invalidValue('administratorLoginPassword') : undefined;
}

function isLogin(login: string): boolean {
  return /^\w{1,63}$/.test(login) && !/^pg_/i.test(login) && !RESERVED_LOGINS.includes(login.toLowerCase());
}

function isStrong(password: string, login: string): boolean {
  const kinds = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password));
  if (password.length < 8 || password.length > 128 || kinds.length < 3) return false;
  const lower = password.toLowerCase();
  const parts = Array.from({ length: Math.max(0, login.length - 2) }, (_, start) => login.slice(start, start + 3));
  return !parts.some((part) => /^[a-z0-9]{3}$/i.test(part) && lower.includes(part.toLowerCase()));
}

/**
 * Geo-redundancy of backups is for new servers only, and a zone changes only by failing over
 * (`geo_redundant_backup_enabled` and `zone` in https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/postgresql_flexible_server);
 * a major version goes up only (https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-major-version-upgrade).
 */
function unchangeableProblem(sent: JsonObject, before: JsonObject): Refusal | undefined {
  const geo = jsonAt(sent, 'properties.backup.geoRedundantBackup');
  if (geo !== undefined && geo !== (jsonAt(before, 'properties.backup.geoRedundantBackup') ?? 'Disabled')) {
    return invalidValue('geoRedundantBackup');
  }
  const zone = jsonAt(before, 'properties.availabilityZone');
  const wantedZone = jsonAt(sent, 'properties.availabilityZone');
  if (zone !== undefined && wantedZone !== undefined && zone !== wantedZone) return invalidValue('availabilityZone');
  const [wanted, present] = [sent, before].map((one) => Number(jsonAt(one, 'properties.version') ?? Number.NaN));
  return wanted !== undefined && present !== undefined && wanted < present ? invalidValue('version') : undefined;
}

/** 7 to 35 days: `backup_retention_days` in https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/postgresql_flexible_server. */
function backupProblem(sent: JsonObject): Refusal | undefined {
  const days = jsonAt(sent, 'properties.backup.backupRetentionDays');
  return typeof days === 'number' && (days < 7 || days > 35) ? invalidValue('backupRetentionDays') : undefined;
}

/** Storage grows only: https://github.com/MicrosoftDocs/azure-docs/issues/36037. */
function storageProblem(sent: JsonObject, body: JsonObject, before: JsonObject | undefined): Refusal | undefined {
  const wanted = jsonAt(sent, 'properties.storage.storageSizeGB');
  const present = before && jsonAt(before, 'properties.storage.storageSizeGB');
  if (typeof wanted !== 'number') return undefined;
  if (typeof present === 'number' && wanted < present) {
    return refuse(400, 'StorageSizeShrinkNotAllowed', 'The storage size of a server cannot be reduced.');
  }
  const isPremium = (jsonAt(body, 'properties.storage.type') ?? 'Premium_LRS') === 'Premium_LRS';
  return isPremium && !SIZES_IN_GIB.includes(wanted) ? invalidValue('storageSizeGB') : undefined;
}

/**
 * Burstable servers have no standby, whatever the list of capabilities says:
 * https://github.com/hashicorp/terraform-provider-azurerm/issues/27612.
 */
function availabilityProblem(body: JsonObject): Refusal | undefined {
  const mode = jsonAt(body, 'properties.highAvailability.mode') ?? 'Disabled';
  return mode !== 'Disabled' && jsonAt(body, 'sku.tier') === 'Burstable'
    ? refuse(400, 'HANotSupportedForBurstableSkuWithMoreInfo', 'High availability not supported for burstable server.')
    : undefined;
}
