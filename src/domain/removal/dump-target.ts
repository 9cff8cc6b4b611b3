/**
 * `ACCOUNT/CONTAINER`, by the rules of their names
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftstorage).
 */
export const DUMP_TARGET = /^[a-z0-9]{3,24}\/(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
export const DUMP_TARGET_RULE =
  'ACCOUNT/CONTAINER, a storage account and a blob container in it: lower-case letters and digits, in the container single hyphens too';
