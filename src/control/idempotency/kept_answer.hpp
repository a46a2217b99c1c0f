// An answer that is kept by the transaction that does the work: who dies after it has done both.
#pragma once

#include "control/problems.hpp"
#include "sql/session.hpp"

#include <functional>

namespace tally::control {

/// What is written in the transaction that makes a T, behind it. Runs on a thread of the store.
template <class T>
using Alongside = std::function<void(sql::Session&, const T&)>;

template <class T>
Outcome<T> write_alongside(sql::Session& session, Outcome<T> made, const Alongside<T>& alongside) {
    if (made && alongside) alongside(session, *made);
    return made;
}

/// The context of requests that have an Idempotency-Key.
class AnswerKeeper : public http::RequestContext {
public:
    /// Throws sql::Unavailable, and nothing is done, when another carries the request out by now.
    virtual void keep(sql::Session& session, const http::Response& response) const = 0;
};

/// Keeps `answer(made)` for repetitions of the request, which outlives this; nothing when it will have none.
template <class T, class Answer>
Alongside<T> keep_answer(const http::Request& request, Answer answer) {
    const auto* keeper = dynamic_cast<const AnswerKeeper*>(request.context.get());
    if (keeper == nullptr) return {};
    return [keeper, answer](sql::Session& session, const T& made) { keeper->keep(session, answer(made)); };
}

}  // namespace tally::control
