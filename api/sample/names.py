"""Names of the sample company, in English, German and Chinese."""

REPS = (
    "Mei Lin", "王建国", "Jonas Weber", "李思雨", "Amara Okafor", "陈浩然", "Sofia Rossi", "张雨桐",
    "Lukas Brandt", "刘子涵", "Hannah Fischer", "赵欣怡", "Diego Alvarez", "周明轩", "Emma Lindqvist",
    "吴佳琪", "Tomasz Nowak", "孙博文", "Priya Nair", "马晓东", "Claire Dubois", "朱雅婷", "Noah Becker",
    "胡志强", "Leila Haddad", "林静", "Oskar Jansson", "何俊杰", "Ines Ferreira", "高敏", "Felix Hartmann",
    "罗丹", "Nora Keller", "郭磊", "Marta Kowalska", "谢天宇",
)  # fmt: skip
TEAMS = (("dach", "DACH"), ("west", "Western Europe"), ("greater-china", "大中华区"), ("south-china", "华南"))
FIRST = (
    "Nordwind", "Blue Harbor", "Alpen", "Rheintal", "Silver Oak", "Kestrel", "华信", "东方", "明德", "海川",
    "Bright Path", "Stern", "Atlas", "云帆", "恒远", "Falken", "Meridian", "新科", "Juniper", "Hanse",
    "盛世", "Granit", "Lumen", "金泽",
)  # fmt: skip
SECOND = {
    "en": (
        "Logistics",
        "Foods",
        "Robotics",
        "Energy",
        "Clinics",
        "Textiles",
        "Optics",
        "Software",
        "Bank",
        "Paper",
    ),
    "zh": ("物流", "食品", "机器人", "能源", "医疗", "纺织", "光电", "软件", "银行", "纸业"),
}
INDUSTRIES = (
    "logistics",
    "food",
    "machinery",
    "energy",
    "health",
    "textile",
    "optics",
    "software",
    "banking",
    "paper",
)
REGIONS = ("DE", "FR", "NL", "CN-East", "CN-South", "CN-North")
PRODUCTS = (
    ("core", "Pace Core"),
    ("insight", "Pace Insight"),
    ("service", "增值服务"),
    ("training", "Training 培训"),
)
NEEDS = {
    "en": ("renewal", "rollout", "pilot", "expansion", "migration", "new site"),
    "zh": ("续约", "全面上线", "试点", "扩容", "迁移", "新工厂"),
}
LOSS_REASONS = ("price", "no decision", "competitor", "timing", "missing feature")
COMPETITORS = ("Vantara", "远航", "Quillon")
TICKETS = (
    "Login fails after update",
    "导出的报表缺少列",
    "Invoice shows the wrong address",
    "接口偶尔超时",
    "How to add a user",
)
SOURCES = ("web", "fair", "referral", "partner", "cold call")


def is_chinese(text: str) -> bool:
    """Return whether a name is written in Chinese characters."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)
