import { NOTICE_EVENTS, type NoticeValue, type NotificationConfig } from '../../notices/notice.ts';
import type { DeploymentConfig } from '../model.ts';
import type { RawConfig } from '../schema.ts';

type Reference = NonNullable<NotificationConfig['secret']>;

export function normalizeNotifications({ notifications }: RawConfig): Pick<DeploymentConfig, 'notifications'> {
  const webhooks = Object.entries(notifications ?? {}).map(([name, { url, secret, events, body }]) => {
    const webhook: NotificationConfig = {
      url: noticeValue(url),
      ...(secret != null && { secret: reference(secret) ?? { source: 'environment', variable: '' } }),
      events: events ?? NOTICE_EVENTS,
      ...(body != null && { body }),
    };
    return [name, webhook] as const;
  });
  return webhooks.length === 0 ? {} : { notifications: Object.fromEntries(webhooks) };
}

function noticeValue(text: string): NoticeValue {
  return reference(text) ?? { source: 'literal', text };
}

/** Undefined: it is no reference. A rule refuses one without a name, as it does a secret that stands in the file. */
function reference(text: string): Reference | undefined {
  const [, source, name = ''] = /^(env|keyvault):(.*)$/s.exec(text) ?? [];
  if (source === 'env') return { source: 'environment', variable: name.trim() };
  return source === 'keyvault' ? { source: 'vault', name: name.trim() } : undefined;
}
