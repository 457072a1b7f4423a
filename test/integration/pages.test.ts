import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Browser, type PageOptions, type SeenPage, startBrowser } from '../bed/browser.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { commandLineOf, descendantsOf } from '../bed/process-tree.ts';
import { waitFor } from '../bed/wait-for.ts';
import { CONTRASTS } from './contrast.ts';

/** Every page for people: a new one is a line here. Texts that it shows, though they look like markup. */
const PAGES: readonly (readonly [path: string, shows: readonly string[]])[] = [
  ['/', ['<script>alert(1)</script>']],
  ['/status', [`"><img src=x onerror="alert('2')">`, 'backup', 'web']],
];
const LOOKS: readonly PageOptions[] = [
  { scheme: 'light', width: 1280 },
  { scheme: 'light', width: 360 },
  { scheme: 'dark', width: 1280 },
  { scheme: 'dark', width: 360 },
];

describe('the pages in a browser', needing('chromium', 'linux'), () => {
  let browser: Browser;
  let exporter: Exporter;
  let screenshots: string;

  beforeAll(async () => {
    screenshots = await mkdtemp(join(tmpdir(), 'harborlight-pages-'));
    exporter = await startExporter({
      config: {
        hosts: [{ name: '<script>alert(1)</script>', url: 'unix:///nowhere.sock' }],
        status_page: { enabled: true, title: `"><img src=x onerror="alert('2')">` },
        probes: [
          { name: 'web', kind: 'tcp', address: '127.0.0.1:1', interval: '1s' },
          {
            name: 'a.name.that.is.as.long.as.a.name.may.be.and.has.no.place.to.brk',
            kind: 'tcp',
            address: '127.0.0.1:1',
          },
        ],
        heartbeats: [{ name: 'backup', every: '1h', token: 'token' }],
      },
      until: 'listening',
    });
    browser = await startBrowser();
    await waitFor('a service that is down', async () =>
      (await (await exporter.get('/status.json')).text()).includes('"down"'),
    );
    await exporter.get('/heartbeat/backup', { method: 'POST', headers: { Authorization: 'Bearer token' } });
    await waitFor('one that is up', async () => (await (await exporter.get('/status.json')).text()).includes('"up"'));
  });
  afterAll(async () => {
    await browser.stop();
    await exporter.stop();
  });

  const open = async (path: string, look: PageOptions): Promise<SeenPage> => {
    const page = await browser.open(exporter.url + path, look);
    onTestFinished(page.close);
    const name = path.replaceAll('/', '') || 'index';
    await page.screenshot(join(screenshots, `${name}-${look.scheme}-${look.width}.png`));
    return page;
  };

  describe.each(PAGES)('%s', (path, shows) => {
    test.each(LOOKS)('asks nobody else, runs nothing and fits: $scheme, $width px', async (look) => {
      const page = await open(path, look);
      expect(page.status).toBe(200);
      expect(page.requests).toEqual([exporter.url + path]);
      expect(page.complaints).toEqual([]);
      expect(await page.evaluate('document.scripts.length + document.images.length')).toBe(0);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(look.width);
    });

    test('shows what looks like markup as text', async () => {
      const page = await open(path, { scheme: 'light', width: 1280 });
      const text = await page.evaluate('document.body.innerText');
      for (const shown of shows) expect(text).toContain(shown);
    });

    test.each(LOOKS)('can be read: $scheme, $width px', async (look) => {
      const page = await open(path, look);
      // As the expression makes them.
      const contrasts = (await page.evaluate(CONTRASTS)) as readonly {
        readonly text: string;
        readonly ratio: number;
      }[];
      expect(contrasts.length).toBeGreaterThan(5);
      expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    });
  });

  test('a browser that would leave the origin, run a script or overflow is noticed', async () => {
    const html = `<p>x</p><script>alert(3)</script><img src="${exporter.url}/nothing"><div style="width:2000px;color:#aaa">y</div>`;
    const page = await browser.open(`data:text/html,${encodeURIComponent(html)}`, { scheme: 'light', width: 360 });
    onTestFinished(page.close);
    expect(page.requests).toContain(`${exporter.url}/nothing`);
    expect(page.complaints).toContain('dialog: 3');
    expect(await page.evaluate('document.scripts.length + document.images.length')).toBe(2);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(2000 + 8);
    expect(await page.evaluate(CONTRASTS)).toContainEqual({ text: 'y', ratio: expect.closeTo(2.32, 1) as number });
  });

  test('a badge is a picture', async () => {
    // Chromium takes no screenshot of a document that is a picture.
    const page = await browser.open(`${exporter.url}/status/badge/backup.svg`, { scheme: 'light', width: 360 });
    onTestFinished(page.close);
    expect(page.complaints).toEqual([]);
    expect(await page.evaluate('document.documentElement.textContent.replace(/\\s+/g, " ").trim()')).toBe(
      'backup: up backup up',
    );
  });
});

test('a browser that is ended leaves no process', needing('chromium', 'linux'), async () => {
  const isBrowser = (pid: number) => commandLineOf(pid)?.includes('chromium') === true;
  const browsers = () => descendantsOf(process.pid).filter(isBrowser);
  const browser = await startBrowser();
  expect(browsers().length).toBeGreaterThan(1);
  await browser.stop();
  await waitFor('its processes to end', () => browsers().length === 0);
});
