package io.drover.itests.container;

import org.junit.runner.RunWith;
import org.junit.runners.Suite;

/** Stories in a Karaf that holds nothing of Drover. */
@RunWith(Suite.class)
@Suite.SuiteClasses(FeaturesAloneIT.class)
public class EmptySuite {}
