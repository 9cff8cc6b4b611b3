// Would take mails to write from the cache, and send them.
setInterval(() => undefined, 60_000);
