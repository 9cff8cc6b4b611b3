import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import { serve } from '../../helpers/http/served-app.ts';
import { NO_BROWSER, signIn, useBrowser } from '../../helpers/page/browser.ts';
import { PREBUILT_CONFIG } from '../../helpers/prebuilt-config.ts';

describe('what the app sends of the page', () => {
  it('is there without a key, may load nothing from elsewhere, and knows nothing', async () => {
    const app = await serve();
    const anonymous = async (path: string, headers: Record<string, string> = {}) =>
      await fetch(`${app.url}/api/${path}`, { headers });
    const page = await anonymous('ui');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await page.text()).toContain('src="/api/ui/page.js"');
    const script = await anonymous('ui/page.js');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const etag = script.headers.get('etag') ?? '';
    expect((await anonymous('ui/page.js', { 'if-none-match': etag })).status).toBe(304);
    expect((await anonymous('ui/page.html')).status).toBe(404);
    expect((await anonymous('ui/..%2Fpackage.json')).status).toBe(404);
    expect((await anonymous('environments')).status).toBe(401);
  });
});

describe.skipIf(NO_BROWSER)(`the page${NO_BROWSER ? `: ${NO_BROWSER}` : ''}`, () => {
  const open = useBrowser();

  it('asks for a key, and shows environments, their runs, and a run from its beginning to its end', async () => {
    const app = await serve();
    const { page, complaints } = await open();
    await page.goto(`${app.url}/api/ui`);
    await page.getByLabel('Access key').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('The key is not taken.').waitFor();
    // The browser itself tells of an answer that is no success.
    complaints.length = 0;

    await signIn(page, app);
    await page.getByText('Nothing was deployed yet.').waitFor();
    const { runId } = (await app.deploy('staging', { body: PREBUILT_CONFIG })).body as RunView;
    const card = page.getByRole('region', { name: 'staging' });
    await card.getByRole('link', { name: /^(started )?just now/ }).click();
    await page.getByRole('heading', { name: `Run ${runId.slice(-8)}` }).waitFor();
    await page.locator('header .status.good').getByText('Succeeded').waitFor();
    await app.ended(runId);

    const timeline = page.getByRole('region', { name: 'Timeline' }).getByRole('listitem');
    expect(await timeline.count()).toBe(14);
    await timeline.filter({ hasText: '14. Verify deployment' }).getByText('Done').waitFor();
    await page.getByRole('log').getByText('succeeded in').waitFor();
    await page.getByRole('img', { name: '14 of 14 steps done' }).waitFor();

    await page.getByRole('navigation').getByRole('link', { name: 'staging' }).click();
    await page.getByRole('row', { name: /Succeeded.*14 steps/ }).waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Environments' }).click();
    await card.getByText('Succeeded').waitFor();
    await card.getByText(/\$\d+\.\d\d/).waitFor();
    await card.getByText('cache', { exact: false }).waitFor();
    await card.getByRole('button', { name: 'Look for drift in staging' }).click();
    await card.getByText(/none in \d+ resources/).waitFor();

    // The tab keeps the key over a reload, and nothing else does: no address, no cookie, no store that outlives it.
    expect(page.url()).not.toContain(app.key);
    expect(await page.evaluate('[document.cookie, localStorage.length]')).toEqual(['', 0]);
    await page.reload();
    await card.waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Access key').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    expect(complaints).toEqual([]);
  });
});
