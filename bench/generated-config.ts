/** An application of so many ready images, each of its own kind of service, in an environment of its own. */
export function generatedConfig(services: number, name = 'bench'): string {
  const lines = Array.from(
    { length: services },
    (_, index) =>
      `  service_${index}: { name: "service-${index}", image: "redis:7-alpine", port: 6379, transport: tcp, depends_on: [] }`,
  );
  return [
    `azure: { resource_group: ${name}-rg, location: westeurope, project_name: ${name} }`,
    `container_registry: { name: ${name.replaceAll('-', '')}registry }`,
    `key_vault: { name: ${name}-vault-1 }`,
    'monitoring: {}',
    'postgresql: {}',
    'redis: {}',
    'services:',
    ...lines,
    '',
  ].join('\n');
}
