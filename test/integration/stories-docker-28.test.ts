import { describeStories } from './stories-suite.ts';

describeStories('docker-28', 'docker-28');
