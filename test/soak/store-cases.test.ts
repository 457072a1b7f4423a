import { testOnReal } from '../store/cases/run-on-real.ts';

// The unit test of the same name asks the simulated store.
testOnReal({ product: 'opensearch', version: '2' });
testOnReal({ product: 'elasticsearch', version: '8' });
// These need a JDK 21 or later, which Debian 12 does not have.
testOnReal({ product: 'opensearch', version: '3' });
testOnReal({ product: 'elasticsearch', version: '9' });
