import type { ResourceType } from '../../arm/resource-type.ts';
import { serverFarm } from './server-farm.ts';
import { site } from './site.ts';

/** `Microsoft.Web`: Flex Consumption plans and their function apps. */
export const WEB_TYPES: readonly ResourceType[] = [serverFarm, site];
