import { ERROR_CODES } from '../shared/error-codes.ts';

/** What can be done about an error of Azure. */
export type ErrorKind = 'retry' | 'wait' | 'propagation' | 'ok' | 'act' | 'end';

export interface ErrorRow {
  readonly kind: ErrorKind;
  readonly codes: readonly string[];
  /** Only when the message matches. */
  readonly when?: RegExp;
  /** For `propagation`, where ten minutes would be too long. */
  readonly limitInSeconds?: number;
  /** What the user can do. */
  readonly hint: string;
}

const NO_HINT = 'This failure of Azure should pass by itself; run again later.';
const WRONG_TENANT =
  'The sign-in is in another tenant than the subscription or the vault: sign in to theirs, or set AZURE_TENANT_ID.';
const NOT_TAKEN =
  'Of a resource under `resources` only Azure knows what it takes: correct what the file says. Of anything else this should have been found before: please report it with the log file.';

/**
 * One row per group of codes, first match wins; compared without case. Sources: azd's error rules, ARM documentation,
 * public issues of the services.
 */
export const ERROR_TABLE: readonly ErrorRow[] = [
  {
    kind: 'retry',
    codes: ['TooManyRequests', 'SubscriptionRequestsThrottled', 'ResourceRequestsThrottled'],
    hint: NO_HINT,
  },
  { kind: 'retry', codes: ['OperationNotAllowed'], when: /throttl/i, hint: NO_HINT },
  {
    kind: 'retry',
    codes: [
      'InternalServerError',
      'ServiceUnavailable',
      'ServerTimeout',
      'GatewayTimeout',
      'BadGateway',
      'RequestTimeout',
      'RetryableError',
      'RetryableErrorDueToAnotherOperation',
      'MaintenanceConfigurationLockConflict',
      'ConflictingConcurrentWriteNotAllowed',
      'OptimisticConcurrencyFailure',
      'PreconditionFailed',
      'ConnectionFailed',
      'HostNotFound',
    ],
    hint: NO_HINT,
  },
  {
    kind: 'wait',
    codes: [
      'AnotherOperationInProgress',
      'ContainerAppOperationInProgress',
      'ContainerAppsJobOperationInProgress',
      'ManagedEnvironmentOperationInProgress',
      'ManagedEnvironmentNotReadyForAppCreation',
      'ManagedEnvironmentNotProvisioned',
      'ServerIsBusy',
      'ServerBusy',
      'ResourceGroupBeingDeleted',
      'DeploymentActive',
    ],
    hint: 'Another operation is under way on the resource; run again when it has ended.',
  },
  { kind: 'end', codes: ['ScopeLocked'], hint: 'A management lock forbids the change; remove it or ask its owner.' },
  {
    // A directory that lags behind does not say this of a principal whose type is sent, as that of a new identity always is:
    // https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---assigning-a-role-to-a-new-principal-sometimes-fails
    kind: 'end',
    codes: ['PrincipalNotFound'],
    hint: "The directory of the subscription does not know who gets the role: sign in to the subscription's own tenant; where the identity of the applications was deleted by hand, make it again with --force-step create_resource_group.",
  },
  { kind: 'ok', codes: ['RoleAssignmentExists'], hint: 'Nothing: the role is assigned.' },
  {
    kind: 'end',
    codes: ['RoleAssignmentUpdateNotPermitted', 'UnmatchedPrincipalType'],
    hint: 'Delete the role assignment that is in the way, and run again.',
  },
  {
    kind: 'propagation',
    codes: ['InvalidParameterValueInContainerTemplate'],
    when: /Unable to get value using Managed identity/i,
    hint: 'The identity cannot read the secret: check its role Key Vault Secrets User on the vault.',
  },
  {
    kind: 'propagation',
    codes: ['ContainerAppOperationError', 'InvalidParameterValueInContainerTemplate'],
    when: /UNAUTHORIZED|unable to pull|authentication required/i,
    hint: 'The identity cannot pull the image: check its role AcrPull on the registry, and that the image exists.',
  },
  {
    // The inner codes of https://learn.microsoft.com/azure/key-vault/general/rest-error-codes that no role changes.
    kind: 'act',
    codes: ['SecretDisabled'],
    hint: 'Enable the secret in the vault, or give it a new version, and run again.',
  },
  {
    kind: 'act',
    codes: ['ForbiddenByFirewall', 'ForbiddenByConnection'],
    hint: 'The network rules of the vault keep this machine out: let its address in, or deploy from where the vault can be reached.',
  },
  {
    kind: 'act',
    codes: ['ForbiddenByPolicy', 'AccessDenied'],
    hint: 'The vault itself forbids it: look at its access configuration and its policies in the portal.',
  },
  {
    kind: 'propagation',
    codes: ['ForbiddenByRbac', 'Forbidden'],
    hint: 'The deployer needs the role Key Vault Secrets Officer on the vault.',
  },
  {
    kind: 'propagation',
    // A fresh grant takes effect within minutes; mostly, though, the role is simply not there.
    limitInSeconds: 120,
    codes: ['AuthorizationFailed', 'LinkedAuthorizationFailed'],
    hint: 'The deployer lacks a role: it needs Contributor and Role Based Access Control Administrator, or Owner.',
  },
  {
    // https://learn.microsoft.com/azure/role-based-access-control/deny-assignments
    kind: 'act',
    codes: ['DenyAssignmentAuthorizationFailed'],
    hint: 'A deny assignment forbids it, whatever roles there are: whoever made that (a deployment stack, mostly) has to exclude the deployer.',
  },
  {
    kind: 'end',
    codes: ['InvalidAuthenticationTokenTenant', 'AADSTS90002', 'AADSTS700016', 'AADSTS50020'],
    hint: WRONG_TENANT,
  },
  // Of a vault; the code alone is that of any missing token.
  { kind: 'end', codes: ['Unauthorized'], when: /AKV10032/, hint: WRONG_TENANT },
  {
    // A pipeline's token of federation lives for minutes, and only the pipeline can give another:
    // https://learn.microsoft.com/entra/identity-platform/reference-error-codes, https://github.com/Azure/login/issues/372
    kind: 'end',
    codes: ['AADSTS700024'],
    hint: "The pipeline's OIDC token has expired: start the job again, with its sign-in right before the deployment. A deployment that lasts longer than the token needs a credential that renews itself: a managed identity, or a client secret.",
  },
  {
    kind: 'end',
    codes: ['AADSTS7000215', 'AADSTS7000222'],
    hint: 'The client secret is wrong or has expired: put a valid one into AZURE_CLIENT_SECRET.',
  },
  {
    kind: 'end',
    codes: ['AADSTS70021', 'AADSTS700211', 'AADSTS700213'],
    hint: 'The application has no federated credential for this pipeline: add one for its repository, branch or environment.',
  },
  {
    kind: 'retry',
    codes: ['AuthenticationFailed', 'InvalidAuthenticationToken', 'ExpiredAuthenticationToken'],
    hint: 'Sign in again.',
  },
  {
    kind: 'act',
    codes: ['NoRegisteredProviderFound'],
    // https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider
    when: /supported api-versions/i,
    hint: 'Set api_version of the resource to one that Azure names, and its location to one of those places.',
  },
  {
    kind: 'act',
    codes: ['MissingSubscriptionRegistration', 'SubscriptionNotRegistered', 'NoRegisteredProviderFound'],
    hint: 'Register the resource provider: az provider register --namespace <namespace>, or run with --force-step check_prerequisites.',
  },
  {
    kind: 'act',
    codes: ['ConflictError', 'FlagMustBeSetForRestore', 'Conflict', 'RequestConflict'],
    when: /soft.?delete|deleted state|deleted vault|recover or purge/i,
    hint: 'A deleted vault holds the name: recover it in its old group and region, or choose another key_vault.name.',
  },
  {
    kind: 'act',
    codes: [
      'VaultAlreadyExists',
      'AlreadyInUse',
      'AlreadyExists',
      'RegistryNameAlreadyExists',
      'ServerNameAlreadyExists',
      'NameNotAvailable',
    ],
    hint: 'The name is taken by somebody else; choose another in the configuration.',
  },
  {
    // https://learn.microsoft.com/azure/container-apps/custom-domains-managed-certificates
    kind: 'act',
    codes: ['DuplicateManagedCertificateInEnvironment'],
    hint: 'Somebody has made a certificate for this name: unbind and delete it in the portal, or leave the name out of `domains`; names that are added by hand stay.',
  },
  {
    kind: 'act',
    codes: ['InvalidCustomHostNameValidation', 'RequireCustomHostnameInEnvironment'],
    hint: 'Azure does not see the DNS records of the name: compare them with those of the plan, and deploy again.',
  },
  {
    kind: 'act',
    codes: ['SoftDeletedVaultDoesNotExist'],
    hint: 'There is nothing to recover; run again.',
  },
  {
    kind: 'end',
    codes: [
      'LocationIsOfferRestricted',
      'LocationNotAvailableForResourceType',
      'SkuNotAvailable',
      'RegionDoesNotAllowProvisioning',
      'ZonalAllocationFailed',
      'AllocationFailed',
    ],
    hint: 'This subscription cannot have it in this region: set another region (locations.*) or SKU. Trying again does not help.',
  },
  {
    kind: 'end',
    codes: [
      'QuotaExceeded',
      'InsufficientQuota',
      'SubscriptionIsOverQuotaForSku',
      'MaxNumberOfEnvsExceeded',
      'MaxNumberOfEnvironmentsInSubExceeded',
      'MaxNumberOfRegionalEnvironmentsInSubExceeded',
      'MaxNumberOfGlobalEnvironmentsInSubExceeded',
    ],
    hint: 'Ask for more quota in the portal (Usage + quotas), or use another region.',
  },
  {
    kind: 'end',
    codes: ['TasksOperationsNotAllowed'],
    hint: 'Registry builds are not allowed on free and trial subscriptions. Use another kind of subscription, give prebuilt images in services.*.image, or set docker.registry.',
  },
  {
    kind: 'end',
    codes: ['RequestDisallowedByPolicy', 'RequestDisallowedByAzure'],
    hint: 'A policy of the subscription forbids it; its owner can say which one, or exempt the resource group.',
  },
  {
    kind: 'end',
    codes: ['ReadOnlyDisabledSubscription', 'SubscriptionNotFound', 'SubscriptionDisabled'],
    hint: 'The subscription cannot be used; check azure.subscription_id.',
  },
  {
    kind: 'end',
    codes: ['InvalidResourceGroupLocation', 'InvalidResourceLocation'],
    hint: 'It exists in another region: set that region in locations.*, or choose another name.',
  },
  {
    kind: 'end',
    codes: ['InvalidParameterValueInContainerTemplate', 'ContainerAppOperationError'],
    hint: 'Check the image, its port and its variables in the configuration of the service.',
  },
  {
    kind: 'end',
    codes: [
      'ContainerAppSecretInvalid',
      'ContainerAppSecretKeyVaultUrlInvalid',
      'ContainerAppInvalidName',
      'ManagedEnvironmentInvalidName',
      'InvalidEnvironmentId',
      'InvalidRequestContent',
      'InvalidParameter',
      'BadRequest',
      'PropertyChangeNotAllowed',
      'InvalidApiVersionParameter',
      'InvalidResourceType',
    ],
    hint: NOT_TAKEN,
  },
  {
    kind: 'retry',
    codes: ['ResourceNotFound', 'ResourceGroupNotFound', 'ParentResourceNotFound', 'NotFound'],
    hint: 'Something this step builds on is gone; run again.',
  },
  {
    // https://github.com/Azure/azure-sdk-for-net/blob/main/sdk/monitor/Azure.Monitor.Query/TROUBLESHOOTING.md
    kind: 'act',
    codes: ['InsufficientAccessError'],
    hint: 'A workspace is asked with --since, and where no replica runs: whoever reads it needs the role Log Analytics Reader on it.',
  },
  {
    kind: 'end',
    codes: ['CredentialUnavailable'],
    hint: 'Sign in with az login, or set AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET.',
  },
  // Codes of ours, for what Azure did not give one to.
  {
    kind: 'retry',
    codes: ['OperationFailed', 'OperationCanceled'],
    when: /without a message$/,
    hint: 'Azure does not say why: look at the activity log of the resource in the portal, and run again.',
  },
  {
    kind: 'retry',
    codes: ['OperationVanished'],
    hint: 'Run again: what the operation left is looked at first.',
  },
  {
    kind: 'retry',
    codes: ['UnexpectedAnswer', 'ForeignOperationUrl', 'EndlessList'],
    hint: 'The answer is not as Azure documents it: check AZURE_CLOUD and any proxy in between, and run again.',
  },
  { kind: 'act', codes: ['proxy_refused'], hint: ERROR_CODES.proxy_refused.next },
  { kind: 'end', codes: ['address_private'], hint: ERROR_CODES.address_private.next },
  { kind: 'end', codes: ['host_refused'], hint: ERROR_CODES.host_refused.next },
  { kind: 'end', codes: ['not_asked'], hint: ERROR_CODES.not_asked.next },
  { kind: 'act', codes: ['certificate_untrusted'], hint: ERROR_CODES.certificate_untrusted.next },
  { kind: 'retry', codes: ['proxy_unreachable'], hint: ERROR_CODES.proxy_unreachable.next },
  {
    kind: 'end',
    codes: ['RunNotFound'],
    hint: 'The registry does not know the build: look at its runs in the portal, and run again.',
  },
];
