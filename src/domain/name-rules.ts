/** What Azure takes as a name. */
export interface NameRule {
  readonly pattern: RegExp;
  /** For people: what the pattern says, in words. */
  readonly allowed: string;
}

/**
 * Names that users write, checked when the configuration is read, and again as names of resources. Source:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules; stricter where the service is
 * (lower case).
 */
export const NAME_RULES = {
  // Letters and digits of any script, those of one UTF-16 unit: "as defined by Char.IsLetterOrDigit".
  resourceGroup: {
    pattern: /^(?!.*[\u{10000}-\u{10FFFF}])[-_.()\p{L}\p{Nd}]{0,89}[-_()\p{L}\p{Nd}]$/u,
    allowed: '1 to 90 letters, digits, - _ . ( ), not ending in a period',
  },
  containerRegistry: {
    pattern: /^[a-zA-Z0-9]{5,50}$/,
    allowed: '5 to 50 letters and digits; it must be unique in all of Azure',
  },
  keyVault: {
    pattern: /^(?=.{3,24}$)[A-Za-z](?:[A-Za-z0-9]|-(?!-))*[A-Za-z0-9]$/,
    allowed: '3 to 24 letters, digits and single hyphens, beginning with a letter; it must be unique in all of Azure',
  },
  logWorkspace: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
    allowed: '4 to 63 letters, digits and hyphens',
  },
  appInsights: {
    pattern: /^[^%&\\?/]{0,259}[^%&\\?/ .]$/,
    allowed: '1 to 260 characters without % & \\ ? /',
  },
  postgresqlServer: {
    pattern: /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
    allowed: '3 to 63 lower-case letters, digits and hyphens; it must be unique in all of Azure',
  },
  postgresqlDatabase: {
    pattern: /^[a-zA-Z_][\w-]{0,62}$/,
    allowed: 'a letter or _, then at most 62 letters, digits, _ or -',
  },
  // `firewallRuleName` in https://learn.microsoft.com/rest/api/postgresql/firewall-rules/create-or-update.
  postgresqlFirewallRule: {
    pattern: /^[a-zA-Z0-9][-_a-zA-Z0-9]{0,79}(?<!-)$/,
    allowed: '1 to 80 letters, digits, - and _, beginning with a letter or digit and not ending in -',
  },
  redis: {
    pattern: /^(?=.{1,60}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/,
    allowed: '1 to 60 letters, digits and single hyphens',
  },
  // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-shares--directories--files--and-metadata
  storageChild: {
    pattern: /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
    allowed: '3 to 63 lower-case letters, digits and single hyphens',
  },
  containerAppsEnvironment: {
    pattern: /^(?=.{2,60}$)[a-z](?:[a-z0-9]|-(?!-))*[a-z0-9]$/,
    allowed: '2 to 60 lower-case letters, digits and single hyphens',
  },
  containerApp: {
    pattern: /^(?=.{2,32}$)[a-z](?:[a-z0-9]|-(?!-))*[a-z0-9]$/,
    allowed: '2 to 32 lower-case letters, digits and single hyphens, beginning with a letter',
  },
  storageAccount: {
    pattern: /^[a-z0-9]{3,24}$/,
    allowed: '3 to 24 lower-case letters and digits',
  },
  // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
  storageContainer: {
    pattern: /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
    allowed: '3 to 63 lower-case letters, digits and single hyphens',
  },
  // The same page; parts that an address would resolve away lead to another blob.
  blob: {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
    pattern: /^(?!.*(?:^|[/\\])\.{1,2}(?:[/\\]|$))[^\x00-\x1f\x7f\\]{1,1000}(?<![./])$/,
    allowed:
      '1 to 1000 characters without \\ and control characters, no part of the path . or .., not ending in . or /',
  },
  subscription: {
    pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    allowed: 'the id of a subscription, a GUID',
  },
  // The name of an image up to its repository: https://github.com/distribution/reference/blob/main/reference.go
  registryServer: {
    pattern: /^(?:[a-z0-9]|[a-z0-9][a-z0-9.-]*[a-z0-9])(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/i,
    allowed: 'a host such as registry.example.com, with a port and a path if need be, and without https://',
  },
} satisfies Readonly<Record<string, NameRule>>;
