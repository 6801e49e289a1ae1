package io.drover.itests.container;

import org.junit.runner.RunWith;
import org.junit.runners.Suite;

/** Stories in the distribution as it boots. */
@RunWith(Suite.class)
@Suite.SuiteClasses({BootIT.class, ConsoleIT.class, SwapIT.class, SwapUnderLoadIT.class})
public class DistributionSuite {}
