import { availabilityFindings } from './availability.ts';
import type { Findings, PreflightTarget } from './findings.ts';
import { permissionFindings, specialPermissionFindings } from './permissions.ts';
import { quotaFindings } from './quotas.ts';
import { nameFindings } from './resource-names.ts';
import { uniqueNameFindings } from './unique-names.ts';

/** One thing that can be known to go wrong before anything is made. */
export interface Check {
  readonly name: 'roles' | 'names' | 'unique_names' | 'offers' | 'quotas';
  /** For people, where nothing was found. */
  readonly inOrder: string;
  look(target: PreflightTarget): Findings | Promise<Findings>;
}

const BY_NAME_AND_REGION: readonly Check[] = [
  { name: 'names', inOrder: 'Azure takes every name', look: nameFindings },
  {
    name: 'unique_names',
    inOrder: 'names that must be free in all of Azure are, or are ours',
    look: uniqueNameFindings,
  },
  { name: 'offers', inOrder: 'the regions have everything in its size and version', look: availabilityFindings },
];

/** What the first step asks: that the deployer may write, and what quotas leave, the plan has asked before it. */
export const FIRST_STEP_CHECKS: readonly Check[] = [
  { name: 'roles', inOrder: 'the deployer may assign roles', look: specialPermissionFindings },
  ...BY_NAME_AND_REGION,
];

/** What `doctor` tells one by one: loops over the registry of kinds, all of them. */
export const CHECKS: readonly Check[] = [
  { name: 'roles', inOrder: 'the deployer may write everything it needs to', look: permissionFindings },
  ...BY_NAME_AND_REGION,
  { name: 'quotas', inOrder: 'the quotas of the subscription leave room', look: quotaFindings },
];
