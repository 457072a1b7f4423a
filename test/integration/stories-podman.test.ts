import { describeStories } from './stories-suite.ts';

describeStories('podman', 'podman');
