/* What the packing alone weighs. */
import { pack } from "./pack.js";

window.sealing = { pack };
