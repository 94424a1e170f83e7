// What C++ shares between threads, as it may: none of it is a race. And one that is: tally.
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <iostream>
#include <locale>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

const std::string longer = " with a text that is too long to be kept in place";
std::atomic<int> right{0};

void expect(bool truth) { right += truth ? 1 : 0; }

void in_threads(int count, const std::function<void(int)> &work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; i++) {
    threads.emplace_back(work, i);
  }
  for (auto &thread : threads) {
    thread.join();
  }
}

// The thread that threw lets go last, after the caller has read the message.
void hand_over_exception() {
  std::exception_ptr handed;
  std::atomic<bool> ready{false}, read{false};
  std::thread worker([&] {
    try {
      throw std::runtime_error("thrown" + longer);
    } catch (...) {
      handed = std::current_exception();
      ready.store(true, std::memory_order_release);
      while (!read.load(std::memory_order_relaxed)) {
        std::this_thread::yield();
      }
    }
  });
  while (!ready.load(std::memory_order_acquire)) {
    std::this_thread::yield();
  }
  try {
    std::rethrow_exception(std::move(handed));
  } catch (const std::exception &error) {
    expect(std::string(error.what()) == "thrown" + longer);
  }
  read.store(true, std::memory_order_relaxed);
  worker.join();
}

void promise() {
  std::promise<int> promised;
  std::future<int> future = promised.get_future();
  std::thread worker([promised = std::move(promised)]() mutable {
    promised.set_exception(std::make_exception_ptr(std::logic_error("promised" + longer)));
  });
  try {
    future.get();
  } catch (const std::logic_error &error) {
    expect(std::string(error.what()) == "promised" + longer);
  }
  worker.join();
}

void break_promise() {
  std::future<int> future;
  std::promise<int> promised;
  future = promised.get_future();
  std::thread worker([promised = std::move(promised)]() mutable {});
  try {
    future.get();
  } catch (const std::future_error &error) {
    expect(std::string(error.what()).size() > 5);
  }
  worker.join();
}

void share_future() {
  std::shared_future<int> future =
      std::async(std::launch::async, []() -> int { throw std::out_of_range("shared" + longer); }).share();
  in_threads(4, [future](int) {
    try {
      future.get();
    } catch (const std::out_of_range &error) {
      expect(std::string(error.what()) == "shared" + longer);
    }
  });
}

// Copies of an exception share its message; the last frees it.
void copy_exception() {
  auto theirs = std::make_unique<std::runtime_error>("copied" + longer);
  auto mine = std::make_unique<std::runtime_error>(*theirs);
  std::thread worker([theirs = std::move(theirs)]() mutable {
    expect(std::string(theirs->what()) == "copied" + longer);
    theirs.reset();
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  mine.reset();
  worker.join();
}

void call_once() {
  std::once_flag flag;
  std::string text;
  in_threads(4, [&](int) {
    std::call_once(flag, [&] { text = "once" + longer; });
    expect(text == "once" + longer);
  });
}

const std::string &made_once() {
  static const std::string text = "static" + longer;
  return text;
}

void share_pointer() {
  auto pointer = std::make_shared<std::string>("pointer" + longer);
  in_threads(4, [pointer](int) mutable {
    expect(*pointer == "pointer" + longer);
    pointer.reset();
  });
}

void print_in_locales() {
  std::mutex mutex;
  in_threads(4, [&](int) {
    {
      std::lock_guard lock(mutex);
      std::locale::global(std::locale(std::locale::classic(), new std::numpunct<char>));
    }
    std::ostringstream stream;
    stream << 12345 << ' ' << 1.5;
    std::clog << std::flush;
    expect(stream.str() == "12345 1.5");
  });
}

// A facet fills in a table as it is asked, as std::regex does with each expression.
void narrow() {
  in_threads(4, [](int) {
    const auto &facet = std::use_facet<std::ctype<char>>(std::locale::classic());
    bool same = true;
    for (char letter = ' '; letter < '~'; letter++) {
      same = same && facet.narrow(letter, '*') == letter && facet.widen(letter) == letter;
    }
    expect(same);
  });
}

volatile long votes;
std::atomic<int> here{0};

void tally(long rounds) {
  here.fetch_add(1, std::memory_order_relaxed);
  while (here.load(std::memory_order_relaxed) < 2) {
  }
#pragma clang loop unroll(disable)
  for (long i = 0; i < rounds; i++) {
    votes = votes + 1; // race
  }
}

} // namespace

extern "C" int share_all(int rounds) {
  right = 0;
  for (int i = 0; i < rounds; i++) {
    hand_over_exception();
    promise();
    break_promise();
    share_future();
    copy_exception();
    call_once();
    in_threads(4, [](int) { expect(made_once() == "static" + longer); });
    share_pointer();
    print_in_locales();
    narrow();
  }
  return right;
}

// What share_all answers after one round.
extern "C" int right_each() { return 4 + 6 * 4; }

extern "C" void call_back(void (*function)(int)) { in_threads(4, function); }

// The race, in threads that throw as well.
extern "C" void race(long rounds) {
  in_threads(2, [rounds](int) {
    try {
      tally(rounds);
      throw std::runtime_error("after" + longer);
    } catch (const std::exception &) {
    }
  });
}

// Without the interpreter, which knows how libstdc++ counts.
int main() {
  for (int i = 0; i < 5; i++) {
    hand_over_exception();
  }
  std::cout << "done\n";
}
