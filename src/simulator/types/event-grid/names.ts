export const SYSTEM_TOPIC = 'Microsoft.EventGrid/systemTopics';
export const EVENT_SUBSCRIPTION = `${SYSTEM_TOPIC}/eventSubscriptions`;
export const EVENT_GRID_VERSIONS = ['2025-02-15', '2024-06-01-preview', '2023-12-15-preview', '2022-06-15'];
