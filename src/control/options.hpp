// What the operator decides for the whole control plane.
#pragma once

namespace tally::control {

struct Options {
    bool auto_provision = false;   // an unknown well-formed channel id makes that channel (API A2)
    bool record = true;            // false: nothing is recorded, whatever channels say
    bool open_on_loopback = true;  // an encoder on this machine needs no key (API A25)
};

}  // namespace tally::control
