import { describeStories } from './stories-suite.ts';

describeStories('docker-20', 'docker-20');
