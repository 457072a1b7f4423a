import type { ContainerSpec, Limits } from '../state/container.ts';
import type { Profile } from './profile.ts';

/** One service of a Compose project. */
export interface Service {
  readonly project: string;
  readonly service: string;
  readonly image: string;
  /** One container when absent. */
  readonly replicas?: number;
  readonly profile: Profile;
  readonly limits?: Limits;
  readonly healthcheck?: { readonly command: string; readonly intervalSeconds: number; readonly retries: number };
  readonly restart?: ContainerSpec['restart'];
  /** Instead of the project's network. */
  readonly networks?: readonly string[];
  readonly ports?: ContainerSpec['ports'];
  /** A volume of the project, and where it is mounted. */
  readonly data?: string;
  readonly logDriver?: ContainerSpec['logDriver'];
}

const MIB = 1024 * 1024;
const mebibytes = (count: number): Limits => ({ memoryBytes: count * MIB });
const http = { command: 'wget -q -O- http://127.0.0.1:8080/health', intervalSeconds: 30, retries: 3 };

const frontend: Profile = {
  cpuCores: 0.15,
  memoryMiB: 70,
  cacheMiB: 12,
  receiveKiBps: 40,
  transmitKiBps: 220,
  readKiBps: 0,
  writeKiBps: 4,
  processes: 8,
  daily: 0.8,
};
const backend: Profile = {
  cpuCores: 0.25,
  memoryMiB: 140,
  cacheMiB: 20,
  receiveKiBps: 120,
  transmitKiBps: 90,
  readKiBps: 0,
  writeKiBps: 6,
  processes: 14,
  daily: 0.8,
};
const java: Profile = {
  cpuCores: 0.4,
  memoryMiB: 620,
  cacheMiB: 40,
  receiveKiBps: 60,
  transmitKiBps: 160,
  readKiBps: 30,
  writeKiBps: 20,
  processes: 46,
  daily: 0.7,
};
const database: Profile = {
  cpuCores: 0.2,
  memoryMiB: 180,
  cacheMiB: 420,
  receiveKiBps: 90,
  transmitKiBps: 260,
  readKiBps: 180,
  writeKiBps: 240,
  processes: 18,
  daily: 0.6,
};
const memoryStore: Profile = {
  cpuCores: 0.05,
  memoryMiB: 60,
  cacheMiB: 4,
  receiveKiBps: 150,
  transmitKiBps: 310,
  readKiBps: 0,
  writeKiBps: 30,
  processes: 5,
  daily: 0.6,
};
const worker: Profile = {
  cpuCores: 0.35,
  memoryMiB: 110,
  cacheMiB: 10,
  receiveKiBps: 60,
  transmitKiBps: 20,
  readKiBps: 10,
  writeKiBps: 40,
  processes: 6,
  daily: 0.3,
};
const idle: Profile = {
  cpuCores: 0.01,
  memoryMiB: 18,
  cacheMiB: 4,
  receiveKiBps: 1,
  transmitKiBps: 1,
  readKiBps: 0,
  writeKiBps: 1,
  processes: 3,
  daily: 0,
};

/** 30 containers in four projects. */
export const SERVICES: readonly Service[] = [
  {
    project: 'shop',
    service: 'web',
    image: 'registry.example/shop/web:2.4.0',
    replicas: 3,
    profile: frontend,
    healthcheck: http,
    limits: { ...mebibytes(256), cpus: 1, pids: 100 },
  },
  {
    project: 'shop',
    service: 'api',
    image: 'registry.example/shop/api:5.1.2',
    replicas: 2,
    profile: backend,
    healthcheck: http,
    limits: { ...mebibytes(512), memoryReservationBytes: 256 * MIB, cpus: 1.5 },
  },
  {
    project: 'shop',
    service: 'checkout',
    image: 'registry.example/shop/checkout:1.9.0',
    profile: backend,
    healthcheck: http,
  },
  {
    project: 'shop',
    service: 'cart',
    image: 'registry.example/shop/cart:1.3.7',
    profile: backend,
    limits: mebibytes(384),
  },
  {
    project: 'shop',
    service: 'search',
    image: 'registry.example/shop/search:8.15.0',
    profile: java,
    limits: { ...mebibytes(1024), cpuQuotaMicros: 50_000, cpuPeriodMicros: 100_000 },
  },
  {
    project: 'shop',
    service: 'recommendations',
    image: 'registry.example/shop/recommendations:0.8.3',
    profile: backend,
    limits: mebibytes(320),
  },
  {
    project: 'shop',
    service: 'payments',
    image: 'registry.example/shop/payments:3.0.1',
    profile: backend,
    healthcheck: { ...http, intervalSeconds: 10 },
  },
  {
    project: 'shop',
    service: 'db',
    image: 'postgres:17.2',
    profile: database,
    data: '/var/lib/postgresql/data',
    limits: { ...mebibytes(1024), cpusetCpus: '0-1' },
    healthcheck: { ...http, command: 'pg_isready -U shop' },
  },
  {
    project: 'shop',
    service: 'db-metrics',
    image: 'registry.example/tools/pg-metrics:0.16.0',
    profile: idle,
    networks: ['container:shop-db-1'],
  },
  {
    project: 'shop',
    service: 'cache',
    image: 'redis:7.4.1',
    profile: memoryStore,
    limits: mebibytes(128),
    healthcheck: { ...http, command: 'redis-cli ping' },
  },
  { project: 'shop', service: 'queue', image: 'rabbitmq:4.0.4', profile: memoryStore, data: '/var/lib/rabbitmq' },
  {
    project: 'shop',
    service: 'worker',
    image: 'registry.example/shop/worker:5.1.2',
    replicas: 2,
    profile: worker,
    limits: { cpus: 0.5 },
  },
  {
    project: 'shop',
    service: 'importer',
    image: 'registry.example/shop/importer:1.0.4',
    profile: worker,
    restart: { policy: 'always' },
  },
  { project: 'blog', service: 'web', image: 'wordpress:6.7.1', profile: frontend, data: '/var/www/html' },
  { project: 'blog', service: 'db', image: 'mariadb:11.6.2', profile: database, data: '/var/lib/mysql' },
  { project: 'blog', service: 'cache', image: 'redis:7.4.1', profile: memoryStore },
  { project: 'blog', service: 'mailer', image: 'registry.example/blog/mailer:2.2.0', profile: idle, healthcheck: http },
  {
    project: 'blog',
    service: 'cron',
    image: 'registry.example/blog/cron:2.2.0',
    profile: worker,
    restart: { policy: 'no' },
  },
  {
    project: 'data',
    service: 'warehouse',
    image: 'clickhouse:24.12',
    profile: { ...database, memoryMiB: 1400, readKiBps: 2200, writeKiBps: 1600 },
    data: '/var/lib/clickhouse',
  },
  {
    project: 'data',
    service: 'etl',
    image: 'registry.example/data/etl:0.31.0',
    profile: { ...worker, cpuCores: 0.9 },
    limits: { cpus: 1 },
  },
  {
    project: 'data',
    service: 'report',
    image: 'registry.example/data/report:0.31.0',
    profile: worker,
    restart: { policy: 'on-failure', maximumRetries: 1 },
  },
  { project: 'data', service: 'legacy', image: 'registry.example/data/legacy:0.1', profile: idle, logDriver: 'none' },
  { project: 'data', service: 'notebook', image: 'registry.example/data/notebook:4.3', profile: idle },
  {
    project: 'edge',
    service: 'proxy',
    image: 'nginx:1.27.3',
    profile: frontend,
    ports: [
      { container: 80, host: 80 },
      { container: 443, host: 443 },
    ],
    networks: ['edge_default', 'shop_default', 'blog_default'],
  },
  {
    project: 'edge',
    service: 'agent',
    image: 'registry.example/edge/agent:7.60.0',
    profile: { ...idle, cpuCores: 0.06, processes: 12 },
    networks: ['host'],
  },
  {
    project: 'edge',
    service: 'certificates',
    image: 'registry.example/edge/certificates:3.0.1',
    profile: idle,
    restart: { policy: 'no' },
  },
];
