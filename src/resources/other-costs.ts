import { decimal } from '../domain/cost/decimal.ts';
import type { CostColumn, CostInput, Grant, Meter, MeterUse, NotPriced } from '../domain/cost/meter.ts';
import { daysOf, perUnits, product, use } from '../domain/cost/quantity.ts';
import { jsonAt, scalarText } from '../shared/json.ts';
import { numberAt } from './app/replica-meters.ts';

/** What resources cost that no step makes by itself, so that they are asked for by their type. In lower case. */
const OTHERS: Readonly<Record<string, CostColumn>> = {
  'microsoft.authorization/roledefinitions': 'free',
  'microsoft.authorization/locks': 'free',
  'microsoft.containerregistry/registries/replications': registryCopy,
  'microsoft.durabletask/schedulers': () => ({ notPriced: 'no price list says what an action of it costs' }),
  'microsoft.durabletask/schedulers/taskhubs': 'elsewhere',
  'microsoft.eventgrid/systemtopics': eventTopic,
  'microsoft.eventgrid/systemtopics/eventsubscriptions': 'elsewhere',
  'microsoft.insights/actiongroups': 'elsewhere',
  'microsoft.keyvault/vaults/secrets': 'elsewhere',
  'microsoft.managedidentity/userassignedidentities/federatedidentitycredentials': 'free',
  'microsoft.network/networksecuritygroups': 'free',
  'microsoft.network/privatednszones': () => [use('fixed', 'zone', zone('Private'), decimal(1))],
  'microsoft.network/privatednszones/virtualnetworklinks': 'free',
  'microsoft.network/privateendpoints/privatednszonegroups': 'free',
  'microsoft.network/privateendpoints': privateEndpoint,
  'microsoft.network/dnszones': () => [use('fixed', 'zone', zone('Public'), decimal(1))],
  'microsoft.network/dnszones/a': 'elsewhere',
  'microsoft.network/dnszones/cname': 'elsewhere',
  'microsoft.network/dnszones/txt': 'elsewhere',
  'microsoft.network/virtualnetworks': 'free',
  'microsoft.network/virtualnetworks/subnets': 'free',
  'microsoft.servicebus/namespaces': serviceBus,
  'microsoft.servicebus/namespaces/authorizationrules': 'elsewhere',
  'microsoft.servicebus/namespaces/queues': 'elsewhere',
  'microsoft.servicebus/namespaces/queues/authorizationrules': 'elsewhere',
  'microsoft.servicebus/namespaces/topics': 'elsewhere',
  'microsoft.servicebus/namespaces/topics/subscriptions': 'elsewhere',
  'microsoft.storage/storageaccounts/blobservices': 'elsewhere',
  'microsoft.storage/storageaccounts/managementpolicies': 'free',
  'microsoft.web/serverfarms': functionsPlan,
  'microsoft.web/sites': 'elsewhere',
  'microsoft.web/sites/basicpublishingcredentialspolicies': 'elsewhere',
  'microsoft.web/sites/config': 'elsewhere',
};

/** In any case; undefined for a type of which nothing is known. */
export function costOfOther(type: string): CostColumn | undefined {
  return OTHERS[type.toLowerCase()];
}

/** Prices of DNS are by zones of the world: https://azure.microsoft.com/pricing/details/dns/ */
function zone(kind: 'Public' | 'Private'): readonly Meter[] {
  const meter = { service: 'Azure DNS', product: 'Azure DNS', sku: kind, region: 'Zone 1' };
  return ['Zone', 'Zones'].flatMap((word) =>
    ['1', '1/Month'].map((unit) => ({ ...meter, name: `${kind} ${word}`, unit })),
  );
}

/**
 * Each region has the fees of a Premium registry: https://learn.microsoft.com/azure/container-registry/container-registry-geo-replication#geo-replication-pricing.
 * In some regions they have a meter of their own.
 */
function registryCopy({ assumptions }: CostInput): readonly MeterUse[] {
  const meters = ['Premium Registry Unit', 'Premium Registry Replication Unit'].map((name) => ({
    service: 'Container Registry',
    product: 'Container Registry',
    sku: 'Premium',
    name,
    unit: '1/Day',
  }));
  return [use('fixed', 'copy of the registry', meters, daysOf(assumptions))];
}

/** https://azure.microsoft.com/pricing/details/private-link/: the same everywhere. */
function privateEndpoint({ assumptions }: CostInput): readonly MeterUse[] {
  const meter = {
    service: 'Virtual Network',
    product: 'Virtual Network Private Link',
    sku: 'Standard',
    name: 'Standard Private Endpoint',
    unit: '1 Hour',
    region: 'Global',
  };
  return [use('fixed', 'private endpoint', meter, decimal(assumptions.hours))];
}

/** https://azure.microsoft.com/pricing/details/service-bus/: by units of the dearest tier, by operations of the others. */
function serviceBus({ body, assumptions }: CostInput): readonly MeterUse[] | NotPriced {
  const sku = scalarText(jsonAt(body, 'sku.name'), 'Standard');
  const meter = (name: string, unit: string): Meter => ({
    service: 'Service Bus',
    product: 'Service Bus',
    sku,
    name: `${sku} ${name}`,
    unit,
  });
  const { hours, messages } = assumptions;
  const operations = use('use', 'operations', meter('Messaging Operations', '1M'), perUnits(messages, 1_000_000));
  switch (sku) {
    case 'Basic':
      return [operations];
    case 'Standard':
      return [use('fixed', 'base charge', meter('Base Unit', '1/Hour'), decimal(hours)), operations];
    case 'Premium': {
      const units = product(numberAt(body, 'sku.capacity', 1), hours);
      return [use('fixed', 'messaging units', meter('Messaging Unit', '1/Hour'), units)];
    }
    default:
      return { notPriced: `its tier ${sku} is not known here` };
  }
}

/**
 * By operations, each event that comes to the topic being one, whether or not anybody is told of it; the price list has the first 100,000
 * of a month for nothing. https://azure.microsoft.com/pricing/details/event-grid/, names:
 * https://github.com/infracost/infracost/blob/master/internal/resources/azure/eventgrid_topic.go
 */
function eventTopic({ assumptions }: CostInput): readonly MeterUse[] {
  const meter = {
    ...{ service: 'Event Grid', product: 'Event Grid', sku: 'Standard' },
    ...{ name: 'Standard Operations', unit: '100K' },
  };
  return [use('use', 'events', meter, perUnits(assumptions.storageWrites, 100_000))];
}

/** https://azure.microsoft.com/pricing/details/functions/, in tens of executions. */
const FREE_EXECUTIONS: Grant = {
  amount: decimal(100_000),
  per: 'subscription',
  pool: 'tens of executions of Functions',
};
const FREE_TIME: Grant = { amount: decimal(400_000), per: 'subscription', pool: 'GB seconds of Functions' };
const FREE_FLEX_EXECUTIONS: Grant = {
  amount: decimal(25_000),
  per: 'subscription',
  pool: 'tens of executions of Flex Consumption',
};
const FREE_FLEX_TIME: Grant = { amount: decimal(100_000), per: 'subscription', pool: 'GB seconds of Flex Consumption' };

/** Plans by consumption: what a Functions app costs is counted with its plan, as a deployer's own. */
function functionsPlan({ body, assumptions }: CostInput): readonly MeterUse[] | NotPriced {
  const sku = scalarText(jsonAt(body, 'sku.name'));
  const isFlex = sku === 'FC1';
  if (sku !== 'Y1' && !isFlex) return { notPriced: `its size ${sku || '(none)'} is not known here` };
  const name = isFlex ? 'On Demand' : 'Standard';
  const meter = (what: string, unit: string): Meter => ({
    service: 'Functions',
    product: isFlex ? 'Flex Consumption' : 'Functions',
    sku: name,
    name: `${name} ${what}`,
    unit,
  });
  const executions = perUnits(assumptions.functionExecutions, 10);
  const time = decimal(assumptions.functionGbSeconds);
  return [
    use('use', 'executions', meter('Total Executions', '10'), executions, {
      grant: isFlex ? FREE_FLEX_EXECUTIONS : FREE_EXECUTIONS,
    }),
    use('use', 'execution time', meter('Execution Time', '1 GB Second'), time, {
      grant: isFlex ? FREE_FLEX_TIME : FREE_TIME,
    }),
  ];
}
