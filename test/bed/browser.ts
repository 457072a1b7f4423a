import { chromium } from 'playwright-core';

export interface PageOptions {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

/** What a browser made of a page. */
export interface SeenPage {
  /** Every URL that it asked for. */
  readonly requests: readonly string[];
  /** Errors and warnings of its console, and faults of scripts: violations of its policy are among them. */
  readonly complaints: readonly string[];
  readonly status: number;
  readonly screenshot: (path: string) => Promise<void>;
  /** What an expression comes to in the page: JSON. Runs beside the page's policy. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

export interface Browser {
  readonly open: (url: string, options: PageOptions) => Promise<SeenPage>;
  /** Ends it with all of its processes. */
  readonly stop: () => Promise<void>;
}

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium, which talks to nobody but the pages that are opened. */
export const startBrowser = async (): Promise<Browser> => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS });
  return {
    open: async (url, { width, scheme }) => {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: scheme });
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('dialog', (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      const response = await page.goto(url, { waitUntil: 'load' });
      return {
        requests,
        complaints,
        status: response?.status() ?? 0,
        screenshot: async (path) => {
          await page.screenshot({ path, fullPage: true });
        },
        evaluate: (expression) => page.evaluate(expression),
        close: () => page.close(),
      };
    },
    stop: () => browser.close(),
  };
};
