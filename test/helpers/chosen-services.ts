import type { DeploymentConfig } from '../../src/domain/config/model.ts';
import { parseConfig } from '../../src/domain/config/parse.ts';

/** Services and jobs that say everything that they may say, between them, and one that says nothing. */
const SERVICES = `
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
container_registry: { name: shopacr }
key_vault: { name: shop-kv }
storage: { account: shopfiles, containers: [uploads], queues: [orders], shares: { media: { quota: 6000 } } }
secrets: { token: "env:TOKEN" }
services:
  broker: { image: "rabbitmq:4", port: 5672, transport: tcp, ports: [15672], depends_on: [cache] }
  cache: { image: "redis:7", port: 6379, transport: tcp, args: [--save, ""], max_replicas: 2, scale: { tcp: 100 } }
  worker: { dockerfile: Dockerfile, command: "node worker.js", depends_on: [shop], probes: { liveness: { port: 9000 } } }
  plain: { dockerfile: Dockerfile }
  queue:
    dockerfile: Dockerfile
    min_replicas: 0
    max_replicas: 5
    scale:
      polling_interval: 10
      cooldown: 60
      cron: { office: { timezone: Europe/Berlin, start: 0 8 * * 1-5, end: 0 18 * * 1-5, replicas: 2 } }
      rules:
        jobs: { type: rabbitmq, metadata: { queueName: jobs, mode: QueueLength, value: 20 }, secrets: { host: token } }
        orders: { type: azure-servicebus, metadata: { queueName: orders, namespace: shop, messageCount: 5 }, identity: true }
  grpc: { dockerfile: Dockerfile, port: 50051, transport: http2, probes: { readiness: { kind: http, path: /ready } } }
  site:
    dockerfile: Dockerfile
    port: 8080
    ingress: external
    domains:
      - example.org
      - { name: shop.example.org, validation: txt }
      - { name: example.com, zone: /subscriptions/s/resourceGroups/names/providers/Microsoft.Network/dnsZones/example.com }
      - { name: www.example.com, zone: /subscriptions/s/resourceGroups/names/providers/Microsoft.Network/dnsZones/example.com }
  quiet: { dockerfile: Dockerfile, port: 8080, probes: false }
  shop:
    dockerfile: Dockerfile
    port: 8080
    ingress: external
    health_path: /health
    command: [node, server.js]
    args: [--verbose]
    ports: [9090, { port: 9091, exposed_port: 99 }]
    cors: { origins: ["https://example.org"], methods: [GET], headers: ["*"], expose_headers: [etag], max_age: 60, credentials: true }
    ip_rules: { allow: { office: 203.0.113.0/24 } }
    client_certificates: accept
    session_affinity: true
    max_replicas: 3
    scale: { http: 50, cpu: 70, memory: 80 }
    termination_grace: 90
    volumes: { scratch: null, certs: { secrets: { tls.key: token } }, media: { share: media, mount_options: nobrl }, seen: { share: media, read_only: true } }
    mounts: { /tmp/scratch: scratch, /etc/certs: certs, /media: media, /seen: seen }
    probes:
      startup: { kind: tcp, port: 9090, failure_threshold: 240 }
      readiness: { kind: http, path: /ready, scheme: https, headers: { Host: shop }, success_threshold: 2 }
      liveness: false
    init:
      - { name: prepare, command: "./prepare.sh", args: [now], env: { TOKEN: { secret: token } } }
      - { name: fetch, image: "curlimages/curl:8.10.1", cpu: 0.25, mounts: { /out: scratch } }
    sidecars:
      - { name: proxy, image: "envoyproxy/envoy:v1.31", args: [-c, /etc/envoy.yaml], command: [envoy], probes: { liveness: { port: 9901 } } }
      - { name: beat, env: { MODE: beat }, mounts: { /work: scratch } }
jobs:
  by_hand: { build: { dockerfile: Dockerfile.job, target: job, args: { VERSION: 1 }, secrets: { npmrc: token } }, command: [node, job.js], args: [--all], env: { TOKEN: { secret: token } } }
  nightly: { image: "busybox:1.37", schedule: "0 3 * * *", timeout: 60 }
  by_event:
    image: "worker:1"
    volumes: { scratch: null, certs: { secrets: { tls.key: token } } }
    mounts: { /etc/certs: certs }
    init: [{ name: prepare, args: [now], mounts: { /work: scratch } }]
    event: { rules: { rabbit: { type: rabbitmq, metadata: { queueName: jobs }, secrets: { host: token } }, bus: { type: azure-servicebus, metadata: { queueName: orders, namespace: shop }, identity: true } } }
`;

const SUBNET = '/subscriptions/s/resourceGroups/net-rg/providers/Microsoft.Network/virtualNetworks/net/subnets/apps';

const SHARES_BY_NFS = `
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
container_apps: { subnet: ${SUBNET} }
storage: { account: shopnfs, sku: Premium_LRS, shares: { broker: { protocol: nfs } } }
services:
  broker:
    image: "rabbitmq:4"
    port: 5672
    transport: tcp
    env: { RABBITMQ_NODENAME: rabbit@localhost }
    volumes: { data: { share: broker } }
    mounts: { /var/lib/rabbitmq: data }
`;

function chosen(text: string): DeploymentConfig {
  const result = parseConfig(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

export function withChosenServices(config: DeploymentConfig): DeploymentConfig {
  const { services, jobs = [], secrets, storage } = chosen(SERVICES);
  return { ...config, services, jobs, secrets: { ...config.secrets, ...secrets }, ...(storage && { storage }) };
}

/** A broker whose data lies on a share that is reached by a network only. */
export function withSharesByNfs(config: DeploymentConfig): DeploymentConfig {
  const { services, storage, containerApps } = chosen(SHARES_BY_NFS);
  return { ...config, services, containerApps, ...(storage && { storage }) };
}
