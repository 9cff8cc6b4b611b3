/** Of the durable engine: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-storage-providers */
export const BACKENDS = ['azure-storage', 'durable-task-scheduler'] as const;
export type Backend = (typeof BACKENDS)[number];

/**
 * The name of the app is part of the names of a vault (24 characters, letters, digits and single hyphens) and, without its hyphens, of a
 * storage account (24 letters and digits).
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
export const INSTALL_NAME = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){1,19}$/;
export const INSTALL_NAME_RULE = '2 to 20 lower-case letters, digits and single hyphens, beginning with a letter';

/** `OWNER/REPO`: https://docs.github.com/rest/repos/repos#get-a-repository */
export const GITHUB_REPOSITORY = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/;
