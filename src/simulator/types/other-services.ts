import type { ResourceType } from '../arm/resource-type.ts';
import { cognitiveAccount } from './ai/cognitive-account.ts';
import { cognitiveDeployment } from './ai/cognitive-deployment.ts';
import { searchService } from './ai/search-service.ts';
import { SERVICE_BUS_ENTITIES } from './messaging/entities.ts';
import { serviceBusNamespace } from './messaging/namespace.ts';
import { privateDnsLink, privateDnsZone } from './network/private-dns.ts';
import { privateEndpoint } from './network/private-endpoint.ts';
import { subnet, virtualNetwork } from './network/virtual-network.ts';

/** What an application may need beside what a deployment makes by itself; of each, what Resource Manager knows of it. */
export const OTHER_SERVICES: readonly ResourceType[] = [
  serviceBusNamespace,
  ...SERVICE_BUS_ENTITIES,
  cognitiveAccount,
  cognitiveDeployment,
  searchService,
  virtualNetwork,
  subnet,
  privateEndpoint,
  privateDnsZone,
  privateDnsLink,
];
